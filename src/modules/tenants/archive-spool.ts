import { createHash } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../kernel/errors/app-error';

/**
 * An archive that is stored on disk during its import, so that a slow sender does not keep a transaction open and the archive can be read
 * twice. The file is unlinked as soon as it is open, so that it does not stay on the disk, even after a crash.
 */
export class ArchiveSpool {
  private constructor(
    private readonly file: FileHandle,
    readonly sha256: string,
  ) {}

  /** Writes an archive to disk. Errors: `payload_too_large`; `unprocessable` for an empty body. */
  static async of(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<ArchiveSpool> {
    const file = await namelessFile();
    try {
      const hash = createHash('sha256');
      let size = 0;
      for await (const chunk of bytes) {
        size += chunk.length;
        if (size > maxBytes)
          throw new AppError('payload_too_large', 'The archive is larger than TENANT_ARCHIVE_MAX_MIB.');
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      if (size === 0) throw new AppError('unprocessable', 'The body contains no archive.');
      return new ArchiveSpool(file, hash.digest('hex'));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Reads the bytes from the beginning. Can be called repeatedly. */
  read(): NodeJS.ReadableStream & AsyncIterable<Uint8Array> {
    return this.file.createReadStream({ start: 0, autoClose: false });
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

async function namelessFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'coresdk-archive-'));
  try {
    return await open(join(folder, 'archive'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
}
