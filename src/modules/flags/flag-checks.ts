import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { DocumentWorkers } from '../../kernel/threads/document-workers';
import { SlowWork } from '../../kernel/threads/slow-work';
import { TaskStopped } from '../../kernel/threads/task-stopped';
import { workerFile } from '../../kernel/threads/worker-file';
import { checkFlags, type FlagCheck } from './check-flags.handler';
import { FLAG_LIMITS, type FlagFault } from './contract/flag-document.types';

/** The maximum length of flags that are checked synchronously, in a millisecond or two. */
const MAX_INLINE = 16_384;
/** The CPU time limit for one check, many times the time for the largest document. */
const CPU_MS = 3_000;

/** Checks flags and flag documents: small documents synchronously, larger documents in threads. */
@Injectable()
export class FlagChecks {
  constructor(
    private readonly workers: DocumentWorkers,
    private readonly slowWork: SlowWork,
  ) {}

  /**
   * Returns the faults; an empty list if there are no faults.
   * Errors: `unprocessable` for flags that take too much CPU time or memory to check; `unavailable`.
   */
  async faults(context: CallContext, check: FlagCheck): Promise<readonly FlagFault[]> {
    const tenantId = requireTenant(context);
    const length = check.text.length + ('document' in check ? check.document.length : 0);
    // JSON over the limit is rejected without using a thread.
    const isInline = length <= MAX_INLINE || Buffer.byteLength(check.text) > FLAG_LIMITS.maxBytes;
    if (isInline) return this.slowWork.measure({ kind: 'flags.check', tenantId }, () => checkFlags(check));
    try {
      return await this.workers.run<readonly FlagFault[]>({
        kind: 'flags.check',
        tenantId,
        handler: workerFile(__dirname, 'check-flags.handler.js'),
        payload: check,
        sizeBytes: length,
        cpuMs: CPU_MS,
        ...(context.callerSignal === undefined ? {} : { signal: context.callerSignal.signal }),
      });
    } catch (cause) {
      if (!(cause instanceof TaskStopped) || (cause.reason !== 'cpu' && cause.reason !== 'memory')) throw cause;
      const message =
        'Checking the flags takes too long or too much memory. Reduce their number or simplify their targeting.';
      throw new AppError('unprocessable', message, { cause });
    }
  }
}
