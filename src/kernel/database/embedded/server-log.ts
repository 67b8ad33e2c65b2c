import { constants } from 'node:fs';
import { copyFile, open, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { ownLikeFolder } from './private-files';

const LIMIT_BYTES = 16 * 1024 * 1024;
const TAIL_BYTES = 4096;
/** Not through a link: root must not be led to write to another file. */
const FOR_APPENDING = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

/**
 * The server's own messages, `<DATA_DIR>/postgres.log` and one older file beside it. This process opens the file and
 * the server inherits it, so it may lie where the server's user cannot go.
 */
export class ServerLog {
  constructor(readonly path: string) {}

  /** For appending, which is what lets {@link keepBounded} cut the file under a running server. */
  async openForServer(): Promise<FileHandle> {
    const file = await open(this.path, FOR_APPENDING, 0o600);
    await ownLikeFolder(this.path);
    return file;
  }

  async sizeBytes(): Promise<number> {
    return (await stat(this.path).catch(() => undefined))?.size ?? 0;
  }

  /** Past 16 MiB the text moves to `postgres.log.1`; lines written in that moment are lost, the server never waits. */
  async keepBounded(): Promise<void> {
    if ((await this.sizeBytes()) <= LIMIT_BYTES) return;
    const older = `${this.path}.1`;
    await rm(older, { force: true });
    await copyFile(this.path, older, constants.COPYFILE_EXCL);
    await ownLikeFolder(older);
    await truncate(this.path);
  }

  /** The last lines written after `fromByte`, at most 4 KiB. */
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
