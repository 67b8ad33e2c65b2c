import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import type { JobRequest } from '../contract/job-request.types';
import { JobStop } from '../contract/job-runner';
import type { Job } from '../contract/job.types';
import { LogCommits } from '../logs/log-commits';
import { FIRST_FENCE } from '../storage/job.row';
import { Attempts } from './attempts';
import { type ActiveRun, ActiveRuns, type ReservedSlot } from './active-runs';
import { InlineRecord } from './inline-record';
import { type InlineJobRequest, InlineWrites } from './inline-writes';
import { RunReports } from './run-reports';

interface InlineStart {
  readonly context: CallContext;
  readonly request: JobRequest;
  readonly executorId: string;
  /** The slot. It is released when the run has ended or has become a job of this process. */
  readonly place: ReservedSlot;
}

/** A run that has begun, or the earlier job with the same idempotency key. */
type InlineBeginning = { readonly record: InlineRecord; readonly ended: Promise<void> } | { readonly earlier: Job };

interface InlineRun extends ActiveRun {
  isOver: boolean;
}

/** Begins runs that are not yet stored as jobs. */
@Injectable()
export class InlineRuns {
  constructor(
    private readonly held: ActiveRuns,
    private readonly writes: InlineWrites,
    private readonly attempts: Attempts,
    private readonly reports: RunReports,
    private readonly logs: LogCommits,
  ) {}

  /** Errors: the errors that the idempotency key can cause, and `unavailable`. */
  async begin({ context, request, executorId, place }: InlineStart): Promise<InlineBeginning> {
    const order = this.writes.order(context, request, executorId);
    const run = inlineRun(order, place);
    const record = this.record(order, run, place);
    if (context.idempotencyKey !== null) {
      const earlier = await this.writeFirst(order, record).finally(() => this.held.releaseSlot(place));
      if (earlier !== null) return { earlier };
    }
    const ended = this.attempts.run(this.writes.row(order), run.stop, true, record).finally(() => {
      run.isOver = true;
      this.held.remove(run);
      this.held.releaseSlot(place);
    });
    return { record, ended };
  }

  /** Claims the idempotency key for a run. @returns the earlier job with this key. */
  private async writeFirst(order: InlineJobRequest, record: InlineRecord): Promise<Job | null> {
    const { job, isNew } = await this.writes.writeOnce(order, record.unwritten(null));
    if (!isNew) return job;
    record.keptAs(job);
    return null;
  }

  private record(order: InlineJobRequest, run: InlineRun, place: ReservedSlot): InlineRecord {
    return new InlineRecord({
      executorId: order.executorId,
      image: order.job.request.image,
      write: (unwritten) => this.writes.write(order, unwritten),
      kept: () => {
        if (!run.isOver) this.held.add(run);
        this.held.releaseSlot(place);
      },
      lost: () => run.stop.abort(new JobStop('lost')),
      reports: this.reports,
      logs: this.logs,
    });
  }
}

function inlineRun({ job }: InlineJobRequest, { tenantId, type }: ReservedSlot): InlineRun {
  return { key: { tenantId, id: job.id, fence: FIRST_FENCE }, type, stop: new AbortController(), isOver: false };
}
