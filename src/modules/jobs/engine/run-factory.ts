import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { contextOfPrincipal } from '../../auth/contract/principal.types';
import { storedPrincipal } from '../../auth/contract/submitter';
import { JobFailure, type JobPause, JobRunner, type JobRun, type RunnableJob } from '../contract/job-runner';
import { JobChildren } from '../job-children';
import { type LogSink, RunInputs, RunLogs, RunOutputs, type RunRef, RunSecrets } from '../run/run-ports';
import type { Claimed, RunKey } from '../storage/dispatch.repository';
import { StartAuthorization } from '../start-authorization';
import { type JobRow, toJob, toRequest } from '../storage/job.row';
import type { TakeStep } from './durable-engine';
import { RunAuthority } from './run-authority';
import { execute } from './job-execution';
import { RunProgress } from './run-progress';
import { RunReports, type RunTelling } from './run-reports';
import { RunnerRegistry } from './runner-registry';
import { RunningJob } from './running-job';

/** Workers that may die with a job in one attempt; with one more the attempt has failed: it may be the job that kills them. */
const MOST_LOSSES = 3;
const NO_RUNNER_PAUSE_MS = 5_000;

/** Where a run's words go that are not for the store yet. */
export interface RunRecord extends RunTelling, LogSink {}

/** Makes runs of jobs that this process was given. */
@Injectable()
export class RunFactory {
  constructor(
    private readonly start: StartAuthorization,
    private readonly runners: RunnerRegistry,
    private readonly reports: RunReports,
    private readonly logs: RunLogs,
    private readonly outputs: RunOutputs,
    private readonly secrets: RunSecrets,
    private readonly inputs: RunInputs,
    private readonly children: JobChildren,
    private readonly authority: RunAuthority,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Runs a job to its end, or until the stop. @param steps how the engine takes its steps. @param record of a run that is
   * not stored yet.
   */
  async run(
    claimed: Claimed,
    row: JobRow,
    stop: AbortController,
    steps: TakeStep,
    record: RunRecord | null = null,
  ): Promise<void> {
    const { tenantId, id, fence, losses } = claimed;
    const key: RunKey = { tenantId, id, fence };
    const request = toRequest(row);
    const principal = storedPrincipal(row.principal, row.submitted_by, row.created_at);
    const context = contextOfPrincipal(principal, tenantId, { requestId: id, ip: null, traceparent: null });
    const ref: RunRef = { tenantId, jobId: id, fence, request, context };
    const runnable: RunnableJob = { job: toJob(row), request };
    const reports = record ?? this.reports;
    const progress = new RunProgress(key, (report) => reports.tell(report));
    const log = request.captureLogs ? this.logs.open(ref, record) : null;
    const run = new RunningJob({
      ref,
      job: runnable.job,
      stop,
      progress,
      log,
      steps,
      begin: async (node) => {
        await progress.flush();
        await reports.tell({ ...key, kind: 'started', node });
      },
      authorize: (work) => this.start.assert(context, work),
      outputs: this.outputs,
      secrets: this.secrets,
      inputs: this.inputs,
      children: this.children,
    });
    const runner =
      losses > MOST_LOSSES ? new LostRunner(losses) : (this.runners.of(row.type, row.kind) ?? new NoRunner());
    // A run that somebody waits for was authorized by their call.
    const authorized = record === null ? this.authority.guard(runner) : runner;
    await execute({ key, runnable, runner: authorized, run, stop, progress, log, reports, logger: this.logger });
  }
}

/** For a job whose workers die with it. */
class LostRunner extends JobRunner {
  readonly type = 'sync';
  readonly kinds = null;
  readonly slots = 0;

  constructor(private readonly losses: number) {
    super();
  }

  run(_job: RunnableJob, _run: JobRun): Promise<never> {
    return Promise.reject(new JobFailure('worker_lost', `${this.losses} workers died while they ran it.`));
  }
}

/** For a job of a kind that this process does not take after all: it waits for one that does. */
class NoRunner extends JobRunner {
  readonly type = 'sync';
  readonly kinds = null;
  readonly slots = 0;

  run(_job: RunnableJob, _run: JobRun): Promise<JobPause> {
    return Promise.resolve({ resumeAfterMs: NO_RUNNER_PAUSE_MS });
  }
}
