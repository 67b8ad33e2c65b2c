import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { outage } from '../../../kernel/errors/app-error';
import type { ByteRange } from '../domain/byte-range';
import { assertKey, assertTenant, isKey, type ObjectKey, ObjectStorage, type StoredObject } from './object-storage';

/** Size of a part. One part is sent while the next part is filled. S3 accepts 10,000 parts of at least 5 MiB. */
const PART_BYTES = 8 * 1024 * 1024;
/** The part size grows, so that 10,000 parts are enough for the largest object in S3. */
const PARTS_OF_ONE_SIZE = 1_000;

/** The location of a bucket, and its credentials. */
export interface S3Place {
  readonly bucket: string;
  /** Prefix of every key; empty, or ending in `/`. */
  readonly prefix: string;
  /** Endpoint of a server other than Amazon's; `null` for Amazon S3. */
  readonly endpoint: string | null;
  readonly region: string;
  /** The credentials; if `null`, the AWS SDK finds them (environment, files, instance). */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}

/** Objects in an S3-compatible bucket: `<prefix><tenant>/<id>`. An object is visible only when it is complete. */
export class S3Storage extends ObjectStorage {
  private readonly client: S3Client;

  constructor(private readonly place: S3Place) {
    super();
    this.client = new S3Client({
      region: place.region,
      ...(place.endpoint === null ? {} : { endpoint: place.endpoint, forcePathStyle: true }),
      ...(place.credentials === null ? {} : { credentials: place.credentials }),
      // Servers other than Amazon's do not support the checksums that the SDK would add.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  override async put(key: ObjectKey, bytes: AsyncIterable<Buffer>): Promise<number> {
    const target = { Bucket: this.place.bucket, Key: this.nameOf(key) };
    const parts = partsOf(bytes)[Symbol.asyncIterator]();
    const first = await parts.next();
    const second = first.done === true ? first : await parts.next();
    if (second.done === true) {
      const body = first.done === true ? Buffer.alloc(0) : first.value;
      await asOutage(this.client.send(new PutObjectCommand({ ...target, Body: body })));
      return body.length;
    }
    return this.putParts(target, [first.value as Buffer, second.value], parts);
  }

  private async putParts(
    target: { readonly Bucket: string; readonly Key: string },
    begun: readonly Buffer[],
    parts: AsyncIterator<Buffer>,
  ): Promise<number> {
    const { UploadId } = await asOutage(this.client.send(new CreateMultipartUploadCommand(target)));
    const done: { readonly ETag: string | undefined; readonly PartNumber: number }[] = [];
    let size = 0;
    let sending: Promise<unknown> = Promise.resolve();
    const send = async (Body: Buffer): Promise<void> => {
      await sending;
      const PartNumber = done.length + 1;
      const slot = { ETag: undefined as string | undefined, PartNumber };
      done.push(slot);
      size += Body.length;
      sending = asOutage(this.client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }))).then(
        ({ ETag }) => (slot.ETag = ETag),
      );
      sending.catch(() => undefined);
    };
    try {
      for (const part of begun) await send(part);
      for (let next = await parts.next(); next.done !== true; next = await parts.next()) await send(next.value);
      await sending;
      const MultipartUpload = { Parts: done };
      await asOutage(this.client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload })));
      return size;
    } catch (error) {
      await Promise.allSettled([sending]);
      await this.client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
      throw error;
    }
  }

  override async get(key: ObjectKey, { start, end }: ByteRange): Promise<Readable> {
    const target = { Bucket: this.place.bucket, Key: this.nameOf(key) };
    const { Body } = await asOutage(
      this.client.send(new GetObjectCommand({ ...target, Range: `bytes=${start}-${end}` })),
    );
    if (!(Body instanceof Readable)) throw new Error('An S3 object has no stream.');
    return Body;
  }

  override async stat(key: ObjectKey): Promise<StoredObject | null> {
    const target = { Bucket: this.place.bucket, Key: this.nameOf(key) };
    try {
      const { ContentLength = 0, LastModified } = await this.client.send(new HeadObjectCommand(target));
      return { ...key, sizeBytes: ContentLength, modifiedMs: LastModified?.getTime() ?? 0 };
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return null;
      throw outageBy(error);
    }
  }

  override async delete(key: ObjectKey): Promise<void> {
    const Key = this.nameOf(key);
    const { bucket: Bucket } = this.place;
    await asOutage(this.client.send(new DeleteObjectCommand({ Bucket, Key })));
    await this.abortUploads(Bucket, Key);
  }

  /** Aborts the uploads of crashed processes. On a server that cannot list uploads, a lifecycle rule on the server must drop them. */
  private async abortUploads(Bucket: string, Key: string): Promise<void> {
    const listed = await this.client
      .send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))
      .catch(() => ({ Uploads: [] }));
    for (const { UploadId, Key: key } of listed.Uploads ?? []) {
      if (key === Key) await asOutage(this.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })));
    }
  }

  override async *list(tenant: string): AsyncIterable<StoredObject> {
    assertTenant(tenant);
    const { bucket: Bucket, prefix } = this.place;
    const pages = paginateListObjectsV2({ client: this.client }, { Bucket, Prefix: `${prefix}${tenant}/` });
    try {
      for await (const { Contents = [] } of pages) {
        for (const { Key = '', Size = 0, LastModified } of Contents) {
          const [tenantId = '', id = '', ...rest] = Key.slice(prefix.length).split('/');
          if (rest.length > 0 || !isKey(tenantId, id)) continue;
          yield { tenantId, id, sizeBytes: Size, modifiedMs: LastModified?.getTime() ?? 0 };
        }
      }
    } catch (error) {
      throw outageBy(error);
    }
  }

  private nameOf(key: ObjectKey): string {
    assertKey(key);
    return `${this.place.prefix}${key.tenantId}/${key.id}`;
  }
}

async function* partsOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  let chunks: Buffer[] = [];
  let length = 0;
  let count = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    length += chunk.length;
    if (length < PART_BYTES * (1 + Math.floor(count / PARTS_OF_ONE_SIZE))) continue;
    yield Buffer.concat(chunks, length);
    count++;
    chunks = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(chunks, length);
  return undefined;
}

async function asOutage<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw outageBy(error);
  }
}

function outageBy(cause: unknown): Error {
  return outage('store_unavailable', { message: 'The file storage is unavailable.', cause });
}
