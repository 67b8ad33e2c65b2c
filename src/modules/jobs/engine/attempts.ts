import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { contextOfPrincipal } from '../../auth/contract/principal.types';
import { storedPrincipal } from '../../auth/contract/submitter';
import { JobFailure, type JobPause, JobRunner, type JobRun, type RunnableJob } from '../contract/job-runner';
import { JobChildren } from '../job-children';
import { type LogSink, RunInputs, RunLogs, RunOutputs, type RunRef, RunSecrets } from '../run/run-ports';
import type { RunKey } from '../storage/dispatch.repository';
import { StartAuthorization } from '../start-authorization';
import { type JobRow, toJob, toRequest } from '../storage/job.row';
import { runAttempt } from './attempt';
import { RunAuthority } from './run-authority';
import { RunProgress } from './run-progress';
import { RunReports, type RunReporter } from './run-reports';
import { RunnerRegistry } from './runner-registry';
import { RunningJob } from './running-job';
import { StepStore, type TakeStep } from './step-store';

/**
 * The number of lost workers that a resumable run survives. If another worker is lost, the attempt fails, because the job itself might be
 * killing workers.
 */
const MOST_LOSSES = 3;
const NO_RUNNER_PAUSE_MS = 5_000;

/**
 * Runs steps without storing their results. A run without a row has nowhere to store results, and starts over if another worker takes it.
 */
const UNKEPT: TakeStep = (_name, work) => work();

/** Receives the reports and logs of a run that is not stored yet. */
export interface RunRecord extends RunReporter, LogSink {}

/** Runs attempts of the jobs assigned to this process. */
@Injectable()
export class Attempts {
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
    private readonly steps: StepStore,
    @Inject(LOGGER) private readonly logger: Logger,
    @InjectMetric('coresdk_job_runs_total') private readonly ended: Counter<'type' | 'outcome'>,
  ) {}

  /**
   * Runs a job to completion, or until `stop` fires.
   * @param isNew true when the job had no earlier run.
   * @param record the record of a run that is not stored yet.
   */
  async run(row: JobRow, stop: AbortController, isNew: boolean, record: RunRecord | null = null): Promise<void> {
    const { tenant_id: tenantId, id, fence } = row;
    const key: RunKey = { tenantId, id, fence };
    const request = toRequest(row);
    const principal = storedPrincipal(row.principal, row.submitted_by, row.created_at);
    const context = contextOfPrincipal(principal, tenantId, { requestId: id, ip: null, traceparent: null });
    const ref: RunRef = { tenantId, jobId: id, fence, isNew, request, context };
    const runnable: RunnableJob = { job: toJob(row), request };
    const reports = record ?? this.reports;
    const progress = new RunProgress(key, (report) => reports.report(report));
    const log = request.captureLogs ? this.logs.open(ref, record) : null;
    const run = new RunningJob({
      ref,
      job: runnable.job,
      stop,
      progress,
      log,
      steps: record === null ? this.steps.stepsOf(key, isNew, stop.signal) : UNKEPT,
      begin: async (node) => {
        await progress.flush();
        await reports.report({ ...key, kind: 'started', node });
      },
      authorize: (work) => this.start.assert(context, work),
      outputs: this.outputs,
      secrets: this.secrets,
      inputs: this.inputs,
      children: this.children,
    });
    const runner = this.runnerOf(row);
    // If a caller waits for the run, its call has already authorized the run.
    const authorized = record === null ? this.authority.guard(runner) : runner;
    const { logger, ended } = this;
    await runAttempt({ key, runnable, runner: authorized, run, stop, progress, log, reports, logger, ended });
  }

  private runnerOf({ type, kind, started_at: startedAt, losses }: JobRow): JobRunner {
    const runner = this.runners.of(type, kind) ?? new NoRunner();
    const mayLose = runner.resumes || startedAt === null ? MOST_LOSSES : 0;
    return losses > mayLose ? new LostRunner(losses) : runner;
  }
}

/** A runner for an attempt during which too many workers were lost: the attempt fails. */
class LostRunner extends JobRunner {
  readonly type = 'sync';
  readonly kinds = null;
  readonly slots = 0;

  constructor(private readonly losses: number) {
    super();
  }

  run(_job: RunnableJob, _run: JobRun): Promise<never> {
    const lost = this.losses === 1 ? 'The worker that ran it was' : `${this.losses} workers that ran it were`;
    return Promise.reject(new JobFailure('worker_lost', `${lost} lost; its progress is unknown.`));
  }
}

/** A runner for a job whose kind this process does not accept after all: the job waits for a worker that accepts it. */
class NoRunner extends JobRunner {
  readonly type = 'sync';
  readonly kinds = null;
  readonly slots = 0;
  override readonly resumes = true;

  run(_job: RunnableJob, _run: JobRun): Promise<JobPause> {
    return Promise.resolve({ resumeAfterMs: NO_RUNNER_PAUSE_MS });
  }
}
