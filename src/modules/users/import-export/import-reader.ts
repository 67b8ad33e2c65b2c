import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { DocumentWorkers } from '../../../kernel/threads/document-workers';
import { isTooCostly } from '../../../kernel/threads/task-stopped';
import { workerFile } from '../../../kernel/threads/worker-file';
import type { ImportFile } from '../contract/user-import.types';
import type { ReadImportFile } from './read-import.handler';

/** Maximum CPU time for one file, several times what the largest file needs. */
const CPU_MS = 5_000;

/** Reads user import files in threads, outside any transaction. */
@Injectable()
export class ImportReader {
  constructor(private readonly workers: DocumentWorkers) {}

  /**
   * Reads a file without checking whether the caller is allowed to assign the roles in it; `withRoleFaults` does that. Errors: all errors
   * of `readImport`; `unprocessable` for a file that takes too much CPU time or memory; `unavailable`.
   */
  async read(context: CallContext, file: ImportFile): Promise<ReadImportFile> {
    try {
      return await this.workers.run<ReadImportFile>({
        kind: 'user.import.read',
        tenantId: requireTenant(context),
        handler: workerFile(__dirname, 'read-import.handler.js'),
        payload: file,
        sizeBytes: file.bytes.length,
        cpuMs: CPU_MS,
        ...(context.callerSignal === undefined ? {} : { signal: context.callerSignal.signal }),
      });
    } catch (cause) {
      if (!isTooCostly(cause)) throw cause;
      throw new AppError(
        'unprocessable',
        'Reading the file takes too long or too much memory. Send fewer rows per file.',
        {
          cause,
        },
      );
    }
  }
}
