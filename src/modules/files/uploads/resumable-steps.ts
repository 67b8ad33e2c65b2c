import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { newId, newUlid } from '../../../kernel/ids/ids';
import { ContentReader } from '../content-reader';
import type { Reauthorize, WrittenFile } from '../contract/files.port';
import { contentTypeOf, SNIFFED_BYTES } from '../domain/content-type';
import { callerOf, spaceOf } from '../domain/space';
import { FileEvents } from '../file-events';
import { FileProjects } from '../file-projects';
import { whileAuthorized } from '../upload-stream';
import { ObjectStorage } from '../objects/object-storage';
import { FilesRepository } from '../storage/files.repository';
import type { StoredUpload } from '../storage/upload.row';
import { UploadsRepository } from '../storage/uploads.repository';
import { UploadCompletion } from '../upload-completion';
import { QuotaReservations } from '../quota-reservations';
import { PartSource } from './part-source';
import { metadataOf } from './upload-metadata';

/** Maximum size of one part object: a crash loses less than one part. */
const PART_BYTES = 64 * 1024 * 1024;
/** Maximum number of parts, because many small requests would create many objects. */
const MAX_PARTS = 10_000;

/** The steps of a resumable upload, for its caller. */
@Injectable()
export class ResumableSteps {
  constructor(
    private readonly storage: ObjectStorage,
    private readonly uploads: UploadsRepository,
    private readonly room: QuotaReservations,
    private readonly reader: ContentReader,
    private readonly completion: UploadCompletion,
    private readonly events: FileEvents,
    private readonly files: FilesRepository,
    private readonly projects: FileProjects,
  ) {}

  get lifeMs(): number {
    return this.room.resumableMs;
  }

  /**
   * Starts an upload.
   * @returns its start time.
   */
  async create(
    context: CallContext,
    upload: {
      readonly id: string;
      readonly metadata: string;
      readonly sizeBytes: number | null;
      readonly ifMatch: string | null;
      readonly ifNoneMatch: string | null;
    },
  ): Promise<Date> {
    const { place, contentType, projectId } = metadataOf(upload.metadata);
    const location = { space: spaceOf(context, place.tier), path: place.path };
    const current = await this.files.find(requireTenant(context), location, null);
    await this.projects.assertFits(requireTenant(context), projectId ?? undefined, current);
    const announced = { ...upload, caller: callerOf(context), location, contentType, projectId };
    await this.room.begin(context, announced, {
      maxBytes: null,
      also: (tx) => this.events.stage(tx, context, 'file.upload.create', place, { upload: upload.id }),
    });
    const found = await this.find(context, upload.id);
    return found?.createdAt ?? new Date();
  }

  async find(context: CallContext, id: string): Promise<StoredUpload | null> {
    const upload = await this.uploads.find(requireTenant(context), callerOf(context), id);
    if (upload === null) return null;
    const { space, path } = upload.location;
    // Older builds used a different space for `private`, and the upload might have started in that space.
    return { ...upload, location: { space: spaceOf(context, space.tier), path } };
  }

  /**
   * Stores the received bytes, even if the stream fails.
   * @returns the total so far.
   */
  async append(context: CallContext, id: string, offset: number, bytes: AsyncIterable<Buffer>): Promise<number> {
    const tenantId = requireTenant(context);
    const upload = await this.known(context, id);
    const room = await this.room.resume(context, upload);
    const source = new PartSource(whileAuthorized(context, bytes));
    let at = offset;
    for (let parts = upload.parts; await source.hasMore(); parts++) {
      if (parts >= MAX_PARTS) throw new AppError('unprocessable', `An upload can have at most ${MAX_PARTS} parts.`);
      at = await this.appendPart(tenantId, id, at, {
        bytes: admitted(source.part(PART_BYTES), at, room.admit),
      });
    }
    return at;
  }

  /** Sets a deferred length, and reserves the missing quota. */
  async declareSize(context: CallContext, id: string, sizeBytes: number): Promise<void> {
    const upload = await this.known(context, id);
    await (await this.room.resume(context, upload)).admit(sizeBytes);
    await this.uploads.declareSize(requireTenant(context), id, sizeBytes);
  }

  /**
   * Cancels an upload.
   * @returns true if there was one.
   */
  async end(context: CallContext, id: string): Promise<boolean> {
    const upload = await this.find(context, id);
    if (!upload) return false;
    const { space, path } = upload.location;
    return this.room.giveUp(requireTenant(context), id, (tx) =>
      this.events.stage(tx, context, 'file.upload.cancel', { tier: space.tier, path }, { upload: id }),
    );
  }

  /**
   * Turns a complete upload into a file. Reads its bytes once to compute the digest, because the state of a digest cannot be carried over
   * between requests.
   * @returns `null` if it is already a file.
   */
  async finish(context: CallContext, id: string, reauthorize: Reauthorize): Promise<WrittenFile | null> {
    const tenantId = requireTenant(context);
    const upload = await this.known(context, id);
    if (upload.isFinished) return null;
    const parts = await this.uploads.partsOf(tenantId, id);
    const hash = createHash('sha256');
    let head = Buffer.alloc(0);
    const whole = { start: 0, end: upload.receivedBytes - 1 };
    for await (const chunk of await this.reader.open(tenantId, parts, whole)) {
      hash.update(chunk);
      if (head.length < SNIFFED_BYTES) head = Buffer.concat([head, chunk.subarray(0, SNIFFED_BYTES - head.length)]);
    }
    try {
      // A separate event, because the call with the last bytes might also have started the upload.
      return await this.completion.complete(
        { ...context, auditEventId: newId('aud') },
        {
          uploadId: id,
          location: upload.location,
          isResumable: true,
          action: 'file.put',
          conditions: { ifMatch: upload.ifMatch ?? undefined, ifNoneMatch: upload.ifNoneMatch ?? undefined },
          projectId: upload.projectId ?? undefined,
          reauthorize,
          contentType: await contentTypeOf(head, upload.contentType),
          sizeBytes: upload.receivedBytes,
          sha256: hash.digest(),
          objectId: null,
        },
      );
    } catch (error) {
      // The upload can never become a file, so its reservation is released immediately.
      if (error instanceof AppError && error.code === 'precondition_failed') await this.room.giveUp(tenantId, id);
      throw error;
    }
  }

  private async known(context: CallContext, id: string): Promise<StoredUpload> {
    const upload = await this.find(context, id);
    if (!upload) throw noSuchUpload();
    return upload;
  }

  private async appendPart(
    tenantId: string,
    uploadId: string,
    startsAt: number,
    { bytes }: { readonly bytes: AsyncIterable<Buffer> },
  ): Promise<number> {
    const id = newUlid();
    if (!(await this.uploads.beginNextPart(tenantId, uploadId, id, startsAt))) {
      throw new AppError('gone', 'This upload has ended. Start a new one.');
    }
    try {
      const sizeBytes = await this.storage.put({ tenantId, id }, bytes);
      if (await this.uploads.endPart(tenantId, uploadId, { id, startsAt, sizeBytes })) return startsAt + sizeBytes;
      throw new AppError('conflict', 'Another request has written to this upload. Get its offset and resume there.');
    } catch (error) {
      // The object's row belongs to the upload, or is unreferenced. The cleanup task removes it.
      await this.storage.delete({ tenantId, id }).catch(() => undefined);
      throw error;
    }
  }
}

/** Returns the same error for another caller's upload and for an upload that does not exist. */
export function noSuchUpload(): AppError {
  return new AppError('not_found', 'The upload does not exist.', { headers: { 'Tus-Resumable': '1.0.0' } });
}

/** Passes on the bytes that fit the reservation. */
async function* admitted(
  bytes: AsyncIterable<Buffer>,
  startsAt: number,
  admit: (total: number) => Promise<void> | undefined,
): AsyncIterable<Buffer> {
  let at = startsAt;
  for await (const chunk of bytes) {
    at += chunk.length;
    await admit(at);
    yield chunk;
  }
}
