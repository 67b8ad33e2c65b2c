import { Buffer } from 'node:buffer';
import { createGunzip } from 'node:zlib';

/** Why an archive could not be unpacked. */
export class ArchiveError extends Error {
  constructor(
    readonly code: 'archive_invalid' | 'limit_exceeded' | 'path_invalid',
    message: string,
    /** The entry it is about; empty for the archive as a whole. */
    readonly file = '',
  ) {
    super(message);
    this.name = 'ArchiveError';
  }
}

const CHUNK_BYTES = 64 * 1024;

/**
 * Unpacks gzip (RFC 1952) up to a size. Ends at the first byte too many, so that a bomb costs its limit and no more.
 * Errors: {@link ArchiveError} for what is not gzip, is damaged or truncated, or is larger than `maxBytes` unpacked.
 */
export async function gunzipUpTo(bytes: Uint8Array, maxBytes: number): Promise<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    gunzip.end(bytes);
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) {
        throw new ArchiveError('limit_exceeded', `A bundle has at most ${maxBytes} bytes when it is unpacked.`);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError('archive_invalid', 'The bundle is not a gzip file, or it is damaged or cut off.');
  } finally {
    gunzip.destroy();
  }
  return Buffer.concat(chunks, size);
}
