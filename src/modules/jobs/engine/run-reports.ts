import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../../../kernel/batching/group-commit';
import { JOB_LIMITS } from '../contract/job-limits';
import type { JobRefusal } from '../contract/job-runner';
import { JobNotifier } from '../job-notifier';
import { DispatchRepository, type RunEnd, type RunReport } from '../storage/dispatch.repository';
import { Dispatcher } from './dispatcher';
import { RunnerRegistry } from './runner-registry';
import { retryWhileUnavailable } from './retry-while-unavailable';

const MAX_BATCH = 100;
const MAX_PENDING = 10_000;

/** Writes the reports of one run. */
export interface RunReporter {
  /** Writes a report. At most one report of a job can be in progress at a time. */
  report(report: RunReport): Promise<void>;
  /** Retries while the database is unavailable, until the signal fires. */
  writeWithRetry(what: RunReport | RunEnd, signal: AbortSignal): Promise<void>;
  /** Handles the refusal of a run that is not yet a job. @returns false when the job already exists; the job then fails. */
  refuse?(refusal: JobRefusal): boolean;
}

/** Writes the reports of runs to the database, many reports in one transaction. */
@Injectable()
export class RunReports implements RunReporter {
  private readonly reports: GroupCommit<RunReport>;
  private readonly ends: GroupCommit<RunEnd>;

  constructor(
    repository: DispatchRepository,
    runners: RunnerRegistry,
    private readonly dispatcher: Dispatcher,
    private readonly bells: JobNotifier,
  ) {
    const limits = { maxBatch: MAX_BATCH, maxPending: MAX_PENDING };
    this.reports = new GroupCommit({
      ...limits,
      write: (items) => repository.report(items, JOB_LIMITS.maxProgressEvents),
    });
    this.ends = new GroupCommit({
      ...limits,
      write: async (items) => {
        const types = runners.all().map(({ type }) => type);
        if (await repository.finish(items, types)) dispatcher.expectMore();
      },
    });
  }

  async report(report: RunReport): Promise<void> {
    await this.reports.add(report);
    this.bells.notify('events');
  }

  writeWithRetry(what: RunReport | RunEnd, signal: AbortSignal): Promise<void> {
    return retryWhileUnavailable(() => ('state' in what ? this.end(what) : this.pause(what)), signal);
  }

  /** Pauses the run. Its slot becomes free, and it is unknown whether other jobs are waiting for a slot. */
  private async pause(report: RunReport): Promise<void> {
    await this.report(report);
    this.dispatcher.expectMore();
  }

  private async end(end: RunEnd): Promise<void> {
    await this.ends.add(end);
    this.bells.notify('events');
  }
}
