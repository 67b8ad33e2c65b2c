import { Buffer } from 'node:buffer';
import { createGunzip } from 'node:zlib';

/** An error that prevents an archive from being unpacked. */
export class ArchiveError extends Error {
  constructor(
    readonly code: 'archive_invalid' | 'limit_exceeded' | 'path_invalid',
    message: string,
    /** The affected entry; empty if the error concerns the entire archive. */
    readonly file = '',
  ) {
    super(message);
    this.name = 'ArchiveError';
  }
}

const CHUNK_BYTES = 64 * 1024;

/**
 * Unpacks gzip data (RFC 1952) up to a maximum size. Stops at the first excess byte, so a decompression bomb cannot cost more than the
 * limit. Errors: {@link ArchiveError} for data that is not in gzip format, is damaged or truncated, or is larger than `maxBytes` when
 * unpacked.
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
        throw new ArchiveError('limit_exceeded', `A bundle can have at most ${maxBytes} bytes when it is unpacked.`);
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
