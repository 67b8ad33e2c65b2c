import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
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

/** Workers that may be lost with a run that resumes; with one more the attempt has failed: the job itself may kill them. */
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
    @InjectMetric('coresdk_job_runs_total') private readonly ended: Counter<'type' | 'outcome'>,
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
    const runner = this.runnerOf(row, losses);
    // A run that somebody waits for was authorized by their call.
    const authorized = record === null ? this.authority.guard(runner) : runner;
    const { logger, ended } = this;
    await execute({ key, runnable, runner: authorized, run, stop, progress, log, reports, logger, ended });
  }

  private runnerOf({ type, kind, started_at: startedAt }: JobRow, losses: number): JobRunner {
    const runner = this.runners.of(type, kind) ?? new NoRunner();
    const mayLose = runner.resumes || startedAt === null ? MOST_LOSSES : 0;
    return losses > mayLose ? new LostRunner(losses) : runner;
  }
}

/** Fails an attempt whose workers were lost. */
class LostRunner extends JobRunner {
  readonly type = 'sync';
  readonly kinds = null;
  readonly slots = 0;

  constructor(private readonly losses: number) {
    super();
  }

  run(_job: RunnableJob, _run: JobRun): Promise<never> {
    const lost = this.losses === 1 ? 'The worker that ran it was' : `${this.losses} workers that ran it were`;
    return Promise.reject(new JobFailure('worker_lost', `${lost} lost; how far it had come is not known.`));
  }
}

/** For a job of a kind that this process does not take after all: it waits for one that does. */
class NoRunner extends JobRunner {
  readonly type = 'sync';
  readonly kinds = null;
  readonly slots = 0;
  override readonly resumes = true;

  run(_job: RunnableJob, _run: JobRun): Promise<JobPause> {
    return Promise.resolve({ resumeAfterMs: NO_RUNNER_PAUSE_MS });
  }
}
