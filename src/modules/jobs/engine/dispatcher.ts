import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { ScheduledTask } from '../../../kernel/tasks/scheduled-task';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import type { JobType } from '../contract/job.types';
import { jobsConfig, type JobsConfig } from '../jobs.config';
import { DispatchRepository, type FreePlaces } from '../storage/dispatch.repository';
import type { JobRow } from '../storage/job.row';
import { HeldRuns, mostOfOneTenant } from './held-runs';
import { PROTOCOL } from './lease';
import { RunnerRegistry } from './runner-registry';

/** Without a bell it is looked so often: for what is due, and for bells that were lost. */
const LOOK_EVERY_MS = 250;
/** So long after a look the next one begins: places that become free one after the other are filled together. */
const TOGETHER_MS = 5;
/** Tenants that one look goes to; the next begins after them. */
const TENANTS_AT_A_LOOK = 64;

/** Fills the free places of this process with jobs. */
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
    private readonly held: HeldRuns,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @param give takes what this worker is given, and has it among its {@link HeldRuns} when it returns. */
  start(executorId: string, give: (jobs: readonly JobRow[]) => void): void {
    this.executorId = executorId;
    this.give = give;
    this.looks = new ScheduledTask({
      everyMs: LOOK_EVERY_MS,
      turn: () => this.look(),
      failed: (err) => this.logger.warn({ err }, 'This worker could not look for jobs; it tries again'),
    });
    this.looks.start();
    this.wake();
  }

  /** True when more jobs may wait than the last look found places for. */
  get expectsMore(): boolean {
    // A look may be on its way with jobs for all places that are free.
    return this.isMoreExpected || this.looking !== null;
  }

  /** There may be something to run. */
  wake(): void {
    if (this.executorId === null) return;
    this.isMoreExpected = true;
    const waitMs = Math.max(0, this.lookedAt + TOGETHER_MS - performance.now());
    this.soon ??= setTimeout(() => this.look(), waitMs);
  }

  /** Notes that more waits than this worker had places for, or may. */
  expectMore(): void {
    this.isMoreExpected = true;
  }

  /** A place has become free. */
  fillPlace(): void {
    if (this.isMoreExpected) this.wake();
  }

  /** Takes nothing more; resolves when nothing is being taken. */
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
        this.logger.warn({ err }, 'Jobs to run could not be looked for; it is tried again soon');
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
      const free = this.freePlaces();
      // Whatever waits, or is due by now, comes before what is submitted next.
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
      // What others have left comes first, alone.
      if (lookedUpTo === null && jobs.length > 0) continue;
      this.afterTenant = lookedUpTo ?? this.afterTenant;
      const given = (type: JobType): number => jobs.filter((job) => job.type === type).length;
      this.isMoreExpected ||= Object.entries(free).some(([type, { places }]) => given(type as JobType) === places);
      return;
    }
  }

  private freePlaces(): FreePlaces {
    const free: FreePlaces = {};
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
