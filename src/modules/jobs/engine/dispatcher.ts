import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { ScheduledTask } from '../../../kernel/tasks/scheduled-task';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import type { JobType } from '../contract/job.types';
import { jobsConfig, type JobsConfig } from '../jobs.config';
import { type Claimed, DispatchRepository, type FreePlaces } from '../storage/dispatch.repository';
import { type HeldRuns, mostOfOneTenant } from './held-runs';
import { PROTOCOL } from './membership';
import { RunnerRegistry } from './runner-registry';

/** Without a bell it is looked so often: for what is due, and for bells that were lost. */
const LOOK_EVERY_MS = 250;
/** Places that become free one after the other are filled together. */
const TOGETHER_MS = 5;
/** Tenants that one look goes to; the next begins after them. */
const TENANTS_AT_A_LOOK = 64;

/** Fills the free places of this process with jobs. */
@Injectable()
export class Dispatcher {
  private executorId: string | null = null;
  private give: ((claimed: readonly Claimed[]) => Promise<void>) | null = null;
  private looks: ScheduledTask | null = null;
  private soon: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;
  private isAsked = false;
  private afterTenant = '';

  constructor(
    private readonly repository: DispatchRepository,
    private readonly runners: RunnerRegistry,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @param give takes what this worker is given; resolves when all of it is among `held`. */
  start(executorId: string, held: HeldRuns, give: (claimed: readonly Claimed[]) => Promise<void>): void {
    this.executorId = executorId;
    this.give = give;
    this.free = () => this.freePlaces(held);
    this.looks = new ScheduledTask({
      everyMs: LOOK_EVERY_MS,
      turn: () => this.look(),
      failed: (err) => this.logger.warn({ err }, 'This worker could not look for jobs; it tries again'),
    });
    this.looks.start();
    this.wake();
  }

  /** There may be something to run, or a place has become free. */
  wake(): void {
    if (this.executorId !== null) this.soon ??= setTimeout(() => this.look(), TOGETHER_MS);
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

  private free: () => FreePlaces = () => ({});

  private look(): void {
    if (this.soon) clearTimeout(this.soon);
    this.soon = null;
    if (this.looking !== null) {
      this.isAsked = true;
      return;
    }
    this.looking = this.fill()
      .catch((err: unknown) => {
        this.logger.warn({ err }, 'Jobs to run could not be looked for; it is tried again soon');
      })
      .finally(() => {
        this.looking = null;
        if (this.isAsked) this.wake();
        this.isAsked = false;
      });
  }

  private async fill(): Promise<void> {
    while (this.executorId !== null) {
      const free = this.free();
      if (Object.keys(free).length === 0) return;
      const { claimed, lookedUpTo } = await this.repository.claim({
        executorId: this.executorId,
        protocol: PROTOCOL,
        free,
        perTenant: this.config.JOBS_TENANT_CONCURRENCY,
        afterTenant: this.afterTenant,
        lookAt: TENANTS_AT_A_LOOK,
      });
      this.afterTenant = lookedUpTo;
      if (claimed.length === 0) return;
      await this.give?.(claimed);
    }
  }

  private freePlaces(held: HeldRuns): FreePlaces {
    const free: FreePlaces = {};
    for (const runner of this.runners.all()) {
      const { type, slots } = runner;
      const places = slots - held.count(type);
      if (places <= 0) continue;
      const [most, taken] = [mostOfOneTenant(slots), held.countByTenant(type)];
      free[type satisfies JobType] = { places, begins: !runner.startsItself, most, taken };
    }
    return free;
  }
}
