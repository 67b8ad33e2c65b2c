import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { SlowWork } from '../../../kernel/threads/slow-work';
import { TaskStopped } from '../../../kernel/threads/task-stopped';
import { workerFile } from '../../../kernel/threads/worker-file';
import { WorkerPool } from '../../../kernel/threads/worker-pool';
import type { MaskedText } from '../contract/masking.types';
import type { MaskingJob } from './masking-job';

/** The CPU time limit for one text: three times the time needed to redact ten megabytes that consist only of personal data. */
const CPU_MS = 10_000;

/**
 * The threads that mask long text, so that masking does not delay decisions. A tenant can occupy only one of the two threads. Documents
 * have separate threads, so that a masking call does not wait for an import.
 */
@Injectable()
export class MaskingWorkers extends WorkerPool implements OnModuleDestroy {
  constructor(slowWork: SlowWork) {
    super({
      name: 'masking',
      maxThreads: 2,
      maxThreadsPerTenant: 1,
      keptThreads: 0,
      maxWaiting: 256,
      maxWaitingBytes: 64 * 1024 * 1024,
      isPaced: true,
      // A value of 8 Mi JSON characters takes up to about 250 MiB.
      heapMb: 1_024,
      slowWork,
    });
  }

  /**
   * Masks text in a thread.
   * @param tenantId the tenant; empty for calls without a tenant, which together count as one tenant.
   * @param signal aborted when no caller is waiting for the result anymore.
   * Errors: `invalid_request` if the job throws it, or if the caller stopped waiting; `unprocessable` for text that takes too much CPU time
   * or memory; `unavailable` when too many tasks are waiting.
   */
  async mask(tenantId: string, job: MaskingJob, signal?: AbortSignal): Promise<MaskedText> {
    try {
      return await this.run<MaskedText>({
        kind: 'masking.mask',
        tenantId,
        handler: workerFile(__dirname, 'masking.handler.js'),
        payload: job,
        sizeBytes: job.input.length,
        cpuMs: CPU_MS,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      throw error instanceof TaskStopped ? toAppError(error) : error;
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.close();
  }
}

function toAppError(cause: TaskStopped): Error {
  if (cause.reason === 'crashed') return cause;
  if (cause.reason === 'cancelled') {
    return new AppError('invalid_request', 'The caller stopped waiting before its text was masked.', { cause });
  }
  const limit = cause.reason === 'memory' ? 'memory' : 'CPU time';
  return new AppError('unprocessable', `Masking took too much ${limit}. Send less in one request.`, { cause });
}
