import { constants } from 'node:fs';
import { copyFile, open, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { ownLikeFolder } from './private-files';

const LIMIT_BYTES = 16 * 1024 * 1024;
const TAIL_BYTES = 4096;
/** Does not follow links, so that root cannot be tricked into writing to another file. */
const FOR_APPENDING = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

/**
 * The server's log: `<DATA_DIR>/postgres.log` and one older file next to it. This process opens the file and the server inherits the
 * descriptor, so the file can be in a folder that the server's user cannot enter.
 */
export class ServerLog {
  constructor(readonly path: string) {}

  /** Opens the log for appending, which allows {@link keepBounded} to truncate the file while the server is running. */
  async openForServer(): Promise<FileHandle> {
    const file = await open(this.path, FOR_APPENDING, 0o600);
    await ownLikeFolder(this.path);
    return file;
  }

  async sizeBytes(): Promise<number> {
    return (await stat(this.path).catch(() => undefined))?.size ?? 0;
  }

  /** Moves the log's content to `postgres.log.1` when it exceeds 16 MiB. Lines written during the move are lost; the server never waits. */
  async keepBounded(): Promise<void> {
    if ((await this.sizeBytes()) <= LIMIT_BYTES) return;
    const older = `${this.path}.1`;
    await rm(older, { force: true });
    await copyFile(this.path, older, constants.COPYFILE_EXCL);
    await ownLikeFolder(older);
    await truncate(this.path);
  }

  /** Returns the last lines written after `fromByte`, at most 4 KiB. */
  async tail(fromByte: number): Promise<string> {
    const file = await open(this.path, 'r').catch(() => undefined);
    if (file === undefined) return '';
    try {
      const { size } = await file.stat();
      const start = Math.max(Math.min(fromByte, size), size - TAIL_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, start);
      return buffer.toString('utf8', 0, bytesRead).trim();
    } finally {
      await file.close();
    }
  }
}
