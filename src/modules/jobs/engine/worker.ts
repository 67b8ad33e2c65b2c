import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Histogram } from 'prom-client';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { ScheduledTask } from '../../../kernel/tasks/scheduled-task';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { settledWithin } from '../../../kernel/time/settled-within';
import { JobNotificationListener } from '../job-notification-listener';
import { jobsConfig, type JobsConfig } from '../jobs.config';
import { DispatchRepository } from '../storage/dispatch.repository';
import { FIRST_FENCE, type JobRow } from '../storage/job.row';
import type { JobInsert } from '../storage/jobs.repository';
import { END_WITHIN_MS } from './attempt';
import { Attempts } from './attempts';
import { Dispatcher } from './dispatcher';
import { type ActiveRun, ActiveRuns } from './active-runs';
import { WorkerLease } from './worker-lease';
import { type SlotReservation, PostgresJobEngine } from './postgres-job-engine';
import { RunnerRegistry } from './runner-registry';

/**
 * The interval at which runs are compared with their jobs, as a supplement to notifications. It ensures that a cancellation arrives within
 * half a second.
 */
const COMPARE_EVERY_MS = 200;
const AGAIN_MS = 500;
const SEEK_EVERY_MS = 2_000;
/** The time for which runs can continue during shutdown. After that, they are signaled to end, and other workers resume them. */
const DRAIN_MS = 3_000;
/** The maximum wait for each database response during shutdown. */
const STORE_ANSWERS_WITHIN_MS = 2_000;

/** A worker. It accepts jobs, runs them, stops the runs that must end, and rejoins after other workers have declared it dead. */
@Injectable()
export class JobWorker {
  private joining: Promise<void> | null = null;
  private isStopped = false;
  private silence: (() => void)[] = [];
  private soughtAt = 0;
  private unknown: ReadonlySet<string> = new Set();
  private readonly comparing = new ScheduledTask({
    everyMs: COMPARE_EVERY_MS,
    turn: () => this.compare(),
    failed: (err) => this.logger.debug({ err }, 'Could not compare runs with their jobs; will retry'),
  });

  constructor(
    private readonly held: ActiveRuns,
    private readonly runners: RunnerRegistry,
    private readonly lease: WorkerLease,
    private readonly dispatcher: Dispatcher,
    private readonly engine: PostgresJobEngine,
    private readonly attempts: Attempts,
    private readonly repository: DispatchRepository,
    private readonly listener: JobNotificationListener,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    @InjectMetric('coresdk_job_start_delay_seconds') private readonly startDelay: Histogram<'type'>,
  ) {}

  onApplicationBootstrap(): void {
    if (this.runners.all().length === 0) return;
    this.silence = [
      this.listener.on('ready', () => this.dispatcher.wake()),
      this.listener.on('stop', () => void this.compare().catch(() => undefined)),
    ];
    this.engine.runHere((job) => this.reserveSlot(job));
    this.held.onFree(() => this.dispatcher.fillSlot());
    this.comparing.start();
    this.joining = this.join();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    for (const silence of this.silence) silence();
    await this.dispatcher.stop();
    this.held.close();
    await this.held.ended(DRAIN_MS);
    await this.end('shutdown');
    await this.comparing.stop();
    await this.joining;
  }

  /** Returns the reason why the worker currently does not accept jobs; `null` when it accepts jobs or has no runners. */
  missing(): string | null {
    const isOut = this.runners.all().length > 0 && this.held.executorId === null;
    return isOut ? 'jobs: this worker has not joined the others yet' : null;
  }

  private async join(): Promise<void> {
    while (!this.isStopped) {
      try {
        const id = await this.lease.join(this.runners.takes(), () => {
          this.joining = this.rejoin();
        });
        this.held.executorId = id;
        this.dispatcher.start(id, (jobs) => this.give(jobs, true));
        return;
      } catch (err) {
        this.logger.warn({ err }, 'This worker could not join the others; it will retry');
        await sleep(AGAIN_MS);
      }
    }
  }

  private async rejoin(): Promise<void> {
    await this.dispatcher.stop();
    await this.end('lost');
    await this.join();
  }

  /** Ends all runs and deregisters this worker. Other workers take over its remaining jobs. */
  private async end(why: 'lost' | 'shutdown'): Promise<void> {
    const id = this.held.executorId;
    this.held.executorId = null;
    this.held.stopAll(why);
    await this.held.ended(END_WITHIN_MS + AGAIN_MS);
    this.lease.stop();
    // If this message does not reach the database, other workers notice the missing heartbeats.
    if (id !== null) await settledWithin(this.lease.leave(id), STORE_ANSWERS_WITHIN_MS);
  }

  /** Reserves a slot for a job submitted in this process. */
  private reserveSlot({ tenantId, request }: JobInsert): SlotReservation | null {
    const { executorId } = this.held;
    const runner = this.runners.of(request.type, request.kind);
    // Jobs that are already waiting come first.
    if (executorId === null || runner === null || this.dispatcher.expectsMore) return null;
    const place = this.held.reserve(runner, tenantId, this.config.JOBS_TENANT_CONCURRENCY);
    if (place === null) return null;
    return {
      executorId,
      begins: !runner.startsItself,
      begin: (row) => {
        // If this worker has ended in the meantime, it leaves the job to other workers.
        if (this.held.executorId === executorId) this.give([row], true);
        this.held.releaseSlot(place);
      },
      giveBack: () => this.held.releaseSlot(place),
    };
  }

  /**
   * Starts runs of these jobs.
   * @param areNew true when no other worker can have started them under these fences.
   */
  private give(jobs: readonly JobRow[], areNew: boolean): void {
    for (const row of jobs) {
      const { tenant_id: tenantId, id, fence, type } = row;
      // The response was late, and the worker has found the job in the meantime.
      if ((this.held.get(id)?.key.fence ?? 0) >= fence) continue;
      if (fence === FIRST_FENCE)
        this.startDelay.observe({ type }, Math.max(0, Date.now() - row.run_at.getTime()) / 1_000);
      const run: ActiveRun = { key: { tenantId, id, fence }, type, stop: new AbortController() };
      this.held.add(run);
      void this.run(run, row, areNew && fence === FIRST_FENCE);
    }
  }

  private async run(run: ActiveRun, row: JobRow, isNew: boolean): Promise<void> {
    try {
      await this.attempts.run(row, run.stop, isNew);
    } catch (err) {
      // The job stays with this worker until another worker takes it over.
      this.logger.warn(
        { err, jobId: row.id },
        'Could not store the outcome of a job; another worker takes the job over',
      );
    } finally {
      // A cancellation does not show whether other jobs are waiting.
      if (run.stop.signal.aborted) this.dispatcher.expectMore();
      this.held.remove(run);
    }
  }

  private async compare(): Promise<void> {
    const runs = this.held.all();
    if (runs.length > 0) {
      for (const { id, fence, is_over: isOver } of await this.repository.stopped(runs.map(({ key }) => key))) {
        this.held.stop(id, fence, isOver ? 'cancelled' : 'lost');
      }
    }
    const { executorId } = this.held;
    const now = performance.now();
    if (executorId !== null && now - this.soughtAt > SEEK_EVERY_MS) await this.seek(executorId, now);
  }

  /** Finds jobs that were assigned to this worker without its knowledge, for example because a response was lost. */
  private async seek(executorId: string, now: number): Promise<void> {
    this.soughtAt = now;
    const unknown = (await this.repository.heldBy(executorId)).filter(({ id, fence }) => {
      return this.held.get(id)?.key.fence !== fence;
    });
    // The worker will have received assignments in transit by the next check.
    const again = unknown.filter(({ id, fence }) => this.unknown.has(`${id} ${fence}`));
    this.unknown = new Set(unknown.map(({ id, fence }) => `${id} ${fence}`));
    if (again.length > 0) this.give(await this.repository.jobsOf(again), false);
  }
}
