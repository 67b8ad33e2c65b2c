import { hash } from 'node:crypto';
import type { TaskHandler } from '../../../kernel/threads/pool-messages';
import type { ImportFile } from '../contract/user-import.types';
import { type ReadImport, readImport } from '../domain/import-rows';

/** A user import file, as read in a thread. */
export interface ReadImportFile extends ReadImport {
  /** SHA-256 in hex. */
  readonly fileHash: string;
}

/** Reads a user import file in a thread, because reading 16 MiB takes several seconds. */
const handler: TaskHandler<ImportFile, ReadImportFile> = (file) => ({
  ...readImport(file),
  fileHash: hash('sha256', file.bytes, 'hex'),
});

export default handler;
