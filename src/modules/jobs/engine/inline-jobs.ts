import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { outage } from '../../../kernel/errors/app-error';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import type { InlineJobsPort, InlineWait } from '../contract/inline-jobs.port';
import type { NewJob } from '../contract/job-request.types';
import { isTerminal, type Job } from '../contract/job.types';
import { jobsConfig, type JobsConfig } from '../jobs.config';
import { noSuchJob } from '../no-such-job';
import { StartAuthorization } from '../start-authorization';
import { JobsRepository } from '../storage/jobs.repository';
import { checkedRequest } from '../submitted-request';
import { ActiveRuns } from './active-runs';
import type { InlineRecord } from './inline-record';
import { InlineRuns } from './inline-runs';
import { RunnerRegistry } from './runner-registry';

/** The time to wait for a slot before the job is queued. For a short job, queuing takes longer than this wait. */
const PLACE_WITHIN_MS = 250;

/** Runs jobs in this process for callers that wait for them. The jobs are not queued. */
@Injectable()
export class InlineJobs implements InlineJobsPort {
  constructor(
    private readonly start: StartAuthorization,
    private readonly held: ActiveRuns,
    private readonly runners: RunnerRegistry,
    private readonly runs: InlineRuns,
    private readonly repository: JobsRepository,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async run(context: CallContext, asked: NewJob, wait: InlineWait): Promise<Job | null> {
    const request = checkedRequest(asked);
    await this.start.assert(context, request);
    const runner = this.runners.of(request.type, request.kind);
    const { executorId } = this.held;
    if (runner === null || executorId === null || request.delaySeconds > 0) return null;
    const came = performance.now();
    const placeWithinMs = Math.min(PLACE_WITHIN_MS, wait.withinMs);
    const perTenant = this.config.JOBS_TENANT_CONCURRENCY;
    const place = await this.held.waitForSlot(runner, requireTenant(context), perTenant, placeWithinMs);
    if (place === null) return null;
    const withinMs = wait.withinMs - (performance.now() - came);
    const begun = await this.runs.begin({ context, request, executorId, place });
    if ('earlier' in begun) return begun.earlier;
    const { record, ended } = begun;
    if (await isOver(ended, { ...wait, withinMs }, this.held.closed)) {
      ended.catch((err: unknown) => this.logger.warn({ err }, 'Could not report the end of a job'));
      await record.keep();
    }
    return this.outcome(record);
  }

  /** Returns the job in its current state. */
  private async outcome({ job, refusal }: InlineRecord): Promise<Job> {
    if (refusal !== null) throw refusal.reason;
    if (job === null) throw outage('overloaded', { message: 'The run was abandoned; try again.' });
    const written = await job;
    if (isTerminal(written.state)) return written;
    const current = await this.repository.find(written.tenantId, written.id);
    if (current === null) throw noSuchJob();
    return current;
  }
}

/**
 * Waits for a run.
 * @returns true when the wait ended before the run did. Errors: the errors of the run.
 */
async function isOver(ended: Promise<void>, { withinMs, signal }: InlineWait, closed: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<true>();
  const over = (): void => resolve(true);
  const timer = setTimeout(over, withinMs);
  const signals = signal === undefined ? [closed] : [closed, signal];
  for (const one of signals) {
    if (one.aborted) over();
    one.addEventListener('abort', over, { once: true });
  }
  try {
    return await Promise.race([ended.then(() => false), promise]);
  } finally {
    clearTimeout(timer);
    for (const one of signals) one.removeEventListener('abort', over);
  }
}
