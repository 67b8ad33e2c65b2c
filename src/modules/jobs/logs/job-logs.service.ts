import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { isId } from '../../../kernel/ids/ids';
import type { JobLogsPort, LogOrder } from '../contract/job-logs.port';
import type { LogLine } from '../contract/job.types';
import { decodeLines } from '../domain/log-format';
import { noSuchJob } from '../no-such-job';
import { LogsRepository } from '../storage/logs.repository';
import { LogTails } from './log-tails';

/** The number of chunks that a reader keeps in memory, each at most 64 KiB. */
const CHUNKS_AT_ONCE = 4;

@Injectable()
export class JobLogsService implements JobLogsPort {
  constructor(
    private readonly repository: LogsRepository,
    private readonly tails: LogTails,
  ) {}

  async *read(context: CallContext, id: string, order: LogOrder): AsyncIterable<LogLine> {
    const { follow, tailLines, fromLine, signal } = order;
    const tenantId = requireTenant(context);
    if (tailLines > 0 && fromLine > 0) {
      throw new AppError('invalid_request', 'Specify either a first line or a number of last lines, not both.');
    }
    let end = isId('job', id) ? await this.repository.end(tenantId, id) : null;
    if (end === null) throw noSuchJob();
    let next = tailLines > 0 ? Math.max(0, end.lines - tailLines) : fromLine;
    while (end !== null && !signal.aborted) {
      for await (const line of this.stored(tenantId, id, next, signal)) {
        next = line.line + 1;
        yield line;
      }
      // The next round reads the lines that were written between the two reads.
      if (!follow || (end.isOver && next >= end.lines)) return;
      end = await this.tails.beyond(tenantId, id, next, signal);
    }
  }

  /** Yields the currently stored lines, starting at a line number. */
  private async *stored(tenantId: string, id: string, from: number, signal: AbortSignal): AsyncIterable<LogLine> {
    for (let next = from; !signal.aborted;) {
      const chunks = await this.repository.chunks(tenantId, id, next, CHUNKS_AT_ONCE);
      const begun = next;
      for (const { firstLine, content } of chunks) {
        for (const line of decodeLines(content, firstLine, next)) {
          if (signal.aborted) return;
          next = line.line + 1;
          yield line;
        }
      }
      if (next === begun || chunks.length < CHUNKS_AT_ONCE) return;
    }
  }
}
