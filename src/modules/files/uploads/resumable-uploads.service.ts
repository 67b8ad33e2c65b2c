import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Server } from '@tus/server';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import { newId } from '../../../kernel/ids/ids';
import { pathToUrl } from '../contract/file-path';
import type { WrittenFile } from '../contract/files.port';
import type { ResumableUploadsPort, TusAnswer, TusRequest, UploadMetadata } from '../contract/resumable-uploads.port';
import { callerOf } from '../domain/space';
import { QuotaReservations } from '../quota-reservations';
import { ResumableSteps } from './resumable-steps';
import { UploadLocks } from './upload-locks';
import { metadataOf } from './upload-metadata';

const PATH = '/v1/files/uploads';
const TUS_VERSION = '1.0.0';

/** The protocol's statuses, with our own messages, because the library's messages address its developers. */
const FAULTS: Readonly<Record<number, { readonly code: ErrorCode; readonly words: string }>> = {
  400: {
    code: 'invalid_request',
    words: 'The request violates the tus protocol 1.0.0. Check its Upload headers.',
  },
  403: {
    code: 'invalid_request',
    words: 'The request violates the tus protocol 1.0.0. Check its Upload headers.',
  },
  404: { code: 'not_found', words: 'The upload does not exist.' },
  409: { code: 'conflict', words: 'Upload-Offset differs from the offset of the upload. Get it with HEAD.' },
  410: { code: 'gone', words: 'This upload has expired. Start a new one.' },
  412: { code: 'precondition_failed', words: 'Send Tus-Resumable: 1.0.0.' },
  413: {
    code: 'payload_too_large',
    words: 'The upload exceeds its declared size, or the maximum file size.',
  },
  415: { code: 'unsupported_media_type', words: 'The body must be application/offset+octet-stream.' },
  501: { code: 'invalid_request', words: 'The concatenation extension is not supported. Omit Upload-Concat.' },
};

/** Headers of each refusal. `Tus-Version` names the supported versions for clients that use other versions (tus 1.0.0, "Tus-Version"). */
const TUS_HEADERS = { 'Tus-Resumable': TUS_VERSION, 'Tus-Version': TUS_VERSION };

/**
 * The tus protocol for the uploads of one caller. A server object from the library serves only one caller; creating it takes microseconds.
 */
@Injectable()
export class ResumableUploadsService implements ResumableUploadsPort {
  private readonly locks = new UploadLocks();

  constructor(
    private readonly steps: ResumableSteps,
    private readonly room: QuotaReservations,
  ) {}

  get maxBytes(): number {
    return this.room.maxBytes;
  }

  assertProtocol(headers: TusRequest['headers']): void {
    if (headers['tus-resumable'] !== TUS_VERSION) throw faultOf(null, 412);
  }

  metadataOf(uploadMetadata: string | undefined): UploadMetadata {
    return metadataOf(uploadMetadata);
  }

  async find(context: CallContext, id: string): Promise<Pick<UploadMetadata, 'place' | 'projectId'> | null> {
    const upload = await this.steps.find(context, id);
    if (!upload) return null;
    const { location, projectId } = upload;
    return { place: { tier: location.space.tier, path: location.path }, projectId };
  }

  async handle(context: CallContext, request: TusRequest): Promise<TusAnswer> {
    this.assertProtocol(request.headers);
    let fault: unknown = undefined;
    const server = await this.serverOf(context, request, (error) => (fault = error));
    await this.makeUpForLostEnd(context, request);
    const response = await server.handleWeb(webRequest(request));
    if (response.status >= 400) throw faultOf(fault, response.status);
    const headers = Object.fromEntries([...response.headers].filter(([name]) => !name.startsWith('access-control-')));
    return { status: response.status, headers };
  }

  private async serverOf(
    context: CallContext,
    { headers, reauthorize }: TusRequest,
    onFault: (error: unknown) => void,
  ): Promise<Server> {
    // Loaded when the first tus upload arrives.
    const { Server } = await import('@tus/server');
    const { TenantUploadStore } = await import('./tenant-upload-store.js');
    const conditions = { ifMatch: headers['if-match'] ?? null, ifNoneMatch: headers['if-none-match'] ?? null };
    return new Server({
      path: PATH,
      datastore: new TenantUploadStore(this.steps, context, conditions),
      locker: this.locks.locker(`${requireTenant(context)} ${callerOf(context)}`),
      maxSize: this.room.maxBytes,
      relativeLocation: true,
      namingFunction: () => newId('upl'),
      getFileIdFromRequest: (_request, last) =>
        last !== undefined && /^upl-[0-9a-z]{26}$/.test(last) ? last : undefined,
      onUploadFinish: async (_request, { id }) => ({
        headers: headersOf(await this.steps.finish(context, id, reauthorize)),
      }),
      onResponseError: (_request, error) => {
        onFault(error);
        return undefined;
      },
    });
  }

  /**
   * Finishes a complete upload whose process crashed after the last byte but before it created the file: otherwise, a client that queries
   * the offset would consider the upload complete.
   */
  private async makeUpForLostEnd(context: CallContext, { method, path, reauthorize }: TusRequest): Promise<void> {
    if (method !== 'HEAD') return;
    const id = path.slice(path.lastIndexOf('/') + 1);
    const upload = await this.steps.find(context, id);
    if (upload && !upload.isFinished && upload.receivedBytes === upload.sizeBytes) {
      await this.steps.finish(context, id, reauthorize);
    }
  }
}

function headersOf(written: WrittenFile | null): Record<string, string> {
  if (written === null) return {};
  const { tier, key, etag } = written.file;
  return { ETag: etag, 'Content-Location': `/v1/files/${tier}/${pathToUrl(key)}` };
}

function webRequest({ method, path, headers, bytes }: TusRequest): Request {
  const init = { method, headers: { ...headers } };
  if (bytes === null) return new Request(`http://localhost${path}`, init);
  const body = Readable.toWeb(bytes instanceof Readable ? bytes : Readable.from(bytes)) as ReadableStream;
  return new Request(`http://localhost${path}`, { ...init, body, duplex: 'half' } as RequestInit);
}

/** Returns the cause of a failure. Returns our own errors unchanged, and maps the library's errors according to their status. */
function faultOf(fault: unknown, status: number): unknown {
  if (fault instanceof AppError) return fault;
  const known = FAULTS[status];
  if (known) return new AppError(known.code, known.words, { cause: fault, headers: TUS_HEADERS });
  return fault instanceof Error ? fault : new AppError('internal', 'The upload failed.', { cause: fault });
}
