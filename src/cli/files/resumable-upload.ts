import { isPassing, MAX_LOSSES, waitAfter } from '../api/retry';
import { Refusal } from '../api/refusal';
import type { RestClient } from '../api/rest-client';
import { CommandFault } from '../command';

const UPLOADS = '/v1/files/uploads';
const TUS = { 'tus-resumable': '1.0.0' };
/** The number of bytes in each call, which are lost if the connection breaks. */
const PART_BYTES = 8 * 1024 * 1024;
/** The maximum duration of one call: slow connections take a while for a part. */
const PART_TIMEOUT_MS = 600_000;
/** The platform has received a different number of bytes (tus 1.0.0, PATCH). */
const CONFLICT = 409;

/** An upload with the tus protocol 1.0.0. */
export interface UploadOrder {
  readonly content: Blob;
  /** `tier` and `path`, and optionally `filetype` and `projectId`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Receives the number of bytes that have arrived so far. */
  readonly onOffset: (offset: number) => void;
  /** Receives a notice each time the connection is lost, before the upload resumes. */
  readonly onLoss: (message: string) => void;
}

/**
 * Uploads a file in parts. After a lost connection, resumes where the platform stopped receiving. Errors: `CommandFault` if the platform
 * refuses the upload, or after ten consecutive losses; the upload is then canceled.
 */
export async function uploadInParts(client: RestClient, { content, metadata, ...report }: UploadOrder): Promise<void> {
  const headers = { ...TUS, 'upload-length': String(content.size), 'upload-metadata': encoded(metadata) };
  const { headers: made } = await client.call('POST', UPLOADS, { headers });
  const path = `${UPLOADS}/${encodeURIComponent(made.get('location')?.split('/').at(-1) ?? '')}`;
  try {
    await sendParts(client, path, content, report);
  } catch (error) {
    // Its bytes count toward the quota until it expires.
    await client.call('DELETE', path, { headers: TUS }).catch(() => undefined);
    throw error;
  }
}

async function sendParts(
  client: RestClient,
  path: string,
  content: Blob,
  { onOffset, onLoss }: Pick<UploadOrder, 'onOffset' | 'onLoss'>,
): Promise<void> {
  let losses = 0;
  let offset = 0;
  while (offset < content.size) {
    try {
      // After a loss, only the platform knows how many bytes arrived.
      if (losses > 0) offset = await offsetOf(client, path);
      if (offset < content.size) offset = await sendPart(client, path, content, offset);
      losses = 0;
      onOffset(offset);
    } catch (error) {
      losses += 1;
      const isRepeatable = isPassing(error) || (error instanceof Refusal && error.status === CONFLICT);
      if (!isRepeatable || losses > MAX_LOSSES) throw error;
      onLoss(error.message);
      await waitAfter(losses);
    }
  }
}

/** Sends the part of the file at an offset. Returns the next offset. */
async function sendPart(client: RestClient, path: string, file: Blob, offset: number): Promise<number> {
  const content = await readPart(file, offset);
  const { headers } = await client.call('PATCH', path, {
    headers: { ...TUS, 'upload-offset': String(offset) },
    body: { type: 'application/offset+octet-stream', content },
    signal: AbortSignal.timeout(PART_TIMEOUT_MS),
  });
  const next = Number(headers.get('upload-offset'));
  if (next > offset) return next;
  throw new CommandFault(`The platform did not accept the bytes at ${offset}.`);
}

/** Errors: `CommandFault` if the file was changed or removed after the upload began. */
async function readPart(file: Blob, offset: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.slice(offset, offset + PART_BYTES).arrayBuffer());
  } catch {
    throw new CommandFault('The file was changed during the upload. Upload it again.');
  }
}

async function offsetOf(client: RestClient, path: string): Promise<number> {
  const { headers } = await client.call('HEAD', path, { headers: TUS });
  return Number(headers.get('upload-offset') ?? 0);
}

function encoded(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}
