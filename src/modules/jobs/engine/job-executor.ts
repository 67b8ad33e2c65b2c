import { Installation } from '../../../kernel/config/installation';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Histogram } from 'prom-client';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { ScheduledTask } from '../../../kernel/tasks/scheduled-task';
import { settledWithin } from '../../../kernel/time/settled-within';
import { JobBellListener } from '../job-bell-listener';
import { type Claimed, DispatchRepository } from '../storage/dispatch.repository';
import type { JobRow } from '../storage/job.row';
import { Dispatcher } from './dispatcher';
import { DurableEngine } from './durable-engine';
import { type HeldRun, HeldRuns } from './held-runs';
import { END_WITHIN_MS } from './job-execution';
import { Membership, PROTOCOL } from './membership';
import { RunFactory } from './run-factory';
import { RunnerRegistry } from './runner-registry';

/** How often runs are compared with their jobs, besides when a bell says so: a cancellation comes within half a second. */
const COMPARE_EVERY_MS = 200;
const AGAIN_MS = 500;
/** What was given to the engine and has not begun after so long is given to it once more. */
const BEGINS_WITHIN_MS = 3_000;
const SEEK_EVERY_MS = 2_000;
/** Runs that go on when the process is to end; then they are told to, and others run them on. */
const DRAIN_MS = 3_000;

/** Longest that the end of this worker waits for each answer of the store. */
const STORE_ANSWERS_WITHIN_MS = 2_000;

const NOT_LAUNCHED = 'The engine of jobs could not be launched; it is tried again with the first job';

/** A worker: takes jobs, runs them, ends those that are to end, and joins anew when the others took it for dead. */
@Injectable()
export class JobExecutor {
  private launching: Promise<void> | null = null;
  private joining: Promise<void> | null = null;
  private isStopped = false;
  private silence: (() => void)[] = [];
  private soughtAt = 0;
  private unknown: ReadonlySet<string> = new Set();
  private readonly comparing = new ScheduledTask({
    everyMs: COMPARE_EVERY_MS,
    turn: () => this.compare(),
    failed: (err) => this.logger.debug({ err }, 'Runs could not be compared with their jobs; it is tried again'),
  });

  constructor(
    private readonly held: HeldRuns,
    private readonly runners: RunnerRegistry,
    private readonly membership: Membership,
    private readonly dispatcher: Dispatcher,
    private readonly engine: DurableEngine,
    private readonly runs: RunFactory,
    private readonly repository: DispatchRepository,
    private readonly listener: JobBellListener,
    private readonly installation: Installation,
    @Inject(LOGGER) private readonly logger: Logger,
    @InjectMetric('coresdk_job_start_delay_seconds') private readonly startDelay: Histogram<'type'>,
  ) {}

  onApplicationBootstrap(): void {
    if (this.runners.all().length === 0) return;
    this.silence = [
      this.listener.on('ready', () => this.dispatcher.wake()),
      this.listener.on('stop', () => void this.compare().catch(() => undefined)),
    ];
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

  /** Why it takes no jobs at present; `null` when it does, or has nothing to run them with. */
  missing(): string | null {
    const isOut = this.runners.all().length > 0 && this.held.executorId === null;
    return isOut ? 'jobs: this worker has not joined the others yet' : null;
  }

  private async join(): Promise<void> {
    while (!this.isStopped) {
      try {
        const id = await this.membership.join(this.runners.takes(), () => {
          this.joining = this.rejoin();
        });
        this.held.executorId = id;
        if (this.installation.isWorker)
          void this.launched(id).catch((err: unknown) => this.logger.warn({ err }, NOT_LAUNCHED));
        this.dispatcher.start(id, this.held, (claimed) => this.give(id, claimed));
        return;
      } catch (err) {
        this.logger.warn({ err }, 'This worker could not join the others; it tries again');
        await sleep(AGAIN_MS);
      }
    }
  }

  private async rejoin(): Promise<void> {
    await this.dispatcher.stop();
    await this.end('lost');
    await this.join();
  }

  /** Ends all runs, and being this worker: the others go on with what is left. */
  private async end(why: 'lost' | 'shutdown'): Promise<void> {
    const id = this.held.executorId;
    this.held.executorId = null;
    this.held.stopAll(why);
    await this.held.ended(END_WITHIN_MS + AGAIN_MS);
    this.membership.stop();
    if (this.launching !== null) {
      await settledWithin(this.launching, STORE_ANSWERS_WITHIN_MS);
      this.launching = null;
      await this.engine.stop(AGAIN_MS).catch((err: unknown) => {
        this.logger.warn({ err }, 'The engine of jobs did not end in order');
      });
    }
    // Where the store does not hear it the others find out.
    if (id !== null) await settledWithin(this.membership.leave(id), STORE_ANSWERS_WITHIN_MS);
  }

  private async give(executorId: string, claimed: readonly Claimed[]): Promise<void> {
    const rows = new Map((await this.repository.jobsOf(claimed)).map((row) => [row.id, row]));
    for (const one of claimed) {
      const row = rows.get(one.id);
      // It was cancelled meanwhile.
      if (row === undefined) continue;
      const run = this.hold(one, row);
      this.held.add(run);
      void this.begin(executorId, run, one.isKnown);
    }
  }

  private hold(claimed: Claimed, row: JobRow): HeldRun {
    const { tenantId, id, fence } = claimed;
    if (fence === 1)
      this.startDelay.observe({ type: row.type }, Math.max(0, Date.now() - row.run_at.getTime()) / 1_000);
    const stop = new AbortController();
    const run = () => this.runs.run(claimed, row, stop, this.engine.steps());
    return { key: { tenantId, id, fence }, type: row.type, stop, since: performance.now(), run, hasBegun: false };
  }

  /** Has the engine run it; what it has already comes by its queue. */
  private async begin(executorId: string, run: HeldRun, isKnown: boolean): Promise<void> {
    try {
      await this.launched(executorId);
      if (!isKnown && !run.stop.signal.aborted) await this.engine.start(run.key.id);
    } catch (err) {
      this.logger.warn({ err, jobId: run.key.id }, 'A job could not be begun; it is tried again soon');
    }
  }

  private launched(executorId: string): Promise<void> {
    if (this.launching !== null) return this.launching;
    const launching = this.engine.launch(executorId, (jobId) => this.run(jobId));
    this.launching = launching;
    launching.catch(() => {
      if (this.launching === launching) this.launching = null;
    });
    return launching;
  }

  private async run(jobId: string): Promise<void> {
    const run = this.held.get(jobId);
    // Begun already, or no more this worker's.
    if (run === undefined || run.hasBegun || run.stop.signal.aborted) return;
    run.hasBegun = true;
    try {
      await run.run();
    } catch (err) {
      // The job stays this worker's until the others take it over.
      this.logger.warn({ err, jobId }, 'What became of a job could not be told');
    } finally {
      this.drop(run);
    }
  }

  private drop(run: HeldRun): void {
    this.held.remove(run);
    this.dispatcher.wake();
  }

  private async compare(): Promise<void> {
    const runs = this.held.all();
    if (runs.length > 0) {
      for (const { id, fence, is_over: isOver } of await this.repository.stopped(runs.map(({ key }) => key))) {
        this.held.stop(id, fence, isOver ? 'cancelled' : 'lost');
      }
    }
    const { executorId } = this.held;
    if (executorId === null) return;
    const now = performance.now();
    for (const run of runs.filter(({ hasBegun, since }) => !hasBegun && now - since > BEGINS_WITHIN_MS)) {
      run.since = now;
      void this.begin(executorId, run, await this.repository.nudge(run.key, executorId, PROTOCOL));
    }
    if (now - this.soughtAt > SEEK_EVERY_MS) await this.seek(executorId, now);
  }

  /** Jobs that this worker was given without learning of it, as when the answer was lost on its way. */
  private async seek(executorId: string, now: number): Promise<void> {
    this.soughtAt = now;
    const unknown = (await this.repository.heldBy(executorId)).filter(({ id, fence }) => {
      return this.held.get(id)?.key.fence !== fence;
    });
    // What is on its way just now is known the next time.
    const again = unknown.filter(({ id }) => this.unknown.has(id));
    this.unknown = new Set(unknown.map(({ id }) => id));
    if (again.length > 0) await this.give(executorId, again);
  }
}
