import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { ScheduledTask } from '../../../kernel/tasks/scheduled-task';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import type { JobType } from '../contract/job.types';
import { jobsConfig, type JobsConfig } from '../jobs.config';
import { DispatchRepository, type WorkerSlots } from '../storage/dispatch.repository';
import type { JobRow } from '../storage/job.row';
import { ActiveRuns, mostOfOneTenant } from './active-runs';
import { PROTOCOL } from './worker-lease';
import { RunnerRegistry } from './runner-registry';

/** The polling interval when no notification arrives. It covers jobs that become due, and lost notifications. */
const LOOK_EVERY_MS = 250;
/** The delay between two polls, so that slots that become free in quick succession are filled together. */
const TOGETHER_MS = 5;
/** The number of tenants that one poll visits. The next poll begins after these tenants. */
const TENANTS_AT_A_LOOK = 64;

/** Fills the free slots of this process with jobs. */
@Injectable()
export class Dispatcher {
  private executorId: string | null = null;
  private give: (jobs: readonly JobRow[]) => void = () => undefined;
  private looks: ScheduledTask | null = null;
  private soon: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;
  private lookedAt = 0;
  private isAsked = false;
  private isMoreExpected = false;
  private afterTenant = '';

  constructor(
    private readonly repository: DispatchRepository,
    private readonly runners: RunnerRegistry,
    private readonly held: ActiveRuns,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Starts taking jobs.
   * @param give accepts the jobs for this worker. When it returns, it must have added them to the worker's {@link ActiveRuns}.
   */
  start(executorId: string, give: (jobs: readonly JobRow[]) => void): void {
    this.executorId = executorId;
    this.give = give;
    this.looks = new ScheduledTask({
      everyMs: LOOK_EVERY_MS,
      turn: () => this.look(),
      failed: (err) => this.logger.warn({ err }, 'This worker could not search for jobs; it will retry'),
    });
    this.looks.start();
    this.wake();
  }

  /** True when more jobs might be waiting than the last poll had slots for. */
  get expectsMore(): boolean {
    // A poll in progress might return jobs for all free slots.
    return this.isMoreExpected || this.looking !== null;
  }

  /** Polls for jobs. */
  wake(): void {
    if (this.executorId === null) return;
    this.isMoreExpected = true;
    const waitMs = Math.max(0, this.lookedAt + TOGETHER_MS - performance.now());
    this.soon ??= setTimeout(() => this.look(), waitMs);
  }

  /** Records that more jobs might be waiting than this worker had slots for. */
  expectMore(): void {
    this.isMoreExpected = true;
  }

  /** Fills a slot that has become free. */
  fillSlot(): void {
    if (this.isMoreExpected) this.wake();
  }

  /** Stops taking jobs. Resolves when no poll is in progress. */
  async stop(): Promise<void> {
    this.executorId = null;
    void this.looks?.stop();
    if (this.soon) clearTimeout(this.soon);
    this.looks = null;
    this.soon = null;
    await this.looking;
  }

  private look(): void {
    if (this.soon) clearTimeout(this.soon);
    this.soon = null;
    if (this.looking !== null) {
      this.isAsked = true;
      return;
    }
    this.looking = this.fill()
      .catch((err: unknown) => {
        this.isMoreExpected = true;
        this.logger.warn({ err }, 'The dispatcher could not search for jobs; it will retry soon');
      })
      .finally(() => {
        this.looking = null;
        this.lookedAt = performance.now();
        if (this.isAsked) this.wake();
        this.isAsked = false;
      });
  }

  private async fill(): Promise<void> {
    while (this.executorId !== null) {
      const free = this.freeSlots();
      // Jobs that are already due are taken before the next submission.
      this.isMoreExpected = Object.keys(free).length === 0;
      if (this.isMoreExpected) return;
      const { jobs, lookedUpTo } = await this.repository.take({
        executorId: this.executorId,
        protocol: PROTOCOL,
        free,
        perTenant: this.config.JOBS_TENANT_CONCURRENCY,
        afterTenant: this.afterTenant,
        lookAt: TENANTS_AT_A_LOOK,
      });
      this.give(jobs);
      // The jobs of lost workers are assigned first, in a separate poll.
      if (lookedUpTo === null && jobs.length > 0) continue;
      this.afterTenant = lookedUpTo ?? this.afterTenant;
      const given = (type: JobType): number => jobs.filter((job) => job.type === type).length;
      this.isMoreExpected ||= Object.entries(free).some(([type, { places }]) => given(type as JobType) === places);
      return;
    }
  }

  private freeSlots(): WorkerSlots {
    const free: WorkerSlots = {};
    for (const runner of this.runners.all()) {
      const { type, slots } = runner;
      const places = slots - this.held.count(type);
      if (places <= 0) continue;
      const [most, taken] = [mostOfOneTenant(slots), this.held.countByTenant(type)];
      free[type satisfies JobType] = { places, begins: !runner.startsItself, most, taken };
    }
    return free;
  }
}
