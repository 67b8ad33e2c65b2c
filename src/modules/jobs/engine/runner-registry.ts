import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { JobRunner } from '../contract/job-runner';
import type { JobType } from '../contract/job.types';
import { SyncTask } from '../contract/sync-task';
import { jobsConfig, type JobsConfig } from '../jobs.config';
import { SyncRunner } from './sync.runner';

/** The runners of this process, one for each type: every {@link JobRunner} and {@link SyncTask} that its modules provide. */
@Injectable()
export class RunnerRegistry {
  private byType: ReadonlyMap<JobType, JobRunner> = new Map();

  constructor(
    private readonly discovery: DiscoveryService,
    @InjectConfig(jobsConfig) private readonly config: JobsConfig,
  ) {}

  onModuleInit(): void {
    const provided = [...new Set(this.discovery.getProviders().map(({ instance }) => instance as unknown))];
    const runners = provided.filter((instance) => instance instanceof JobRunner);
    const tasks = provided.filter((instance) => instance instanceof SyncTask);
    const all = tasks.length === 0 ? runners : [new SyncRunner(tasks, this.config), ...runners];
    this.byType = new Map(all.map((runner) => [runner.type, runner]));
    if (this.byType.size < all.length) throw new Error('Two runners accept jobs of the same type.');
  }

  all(): readonly JobRunner[] {
    return [...this.byType.values()];
  }

  /** Returns the runner that accepts a job; `null` when no runner accepts it. */
  of(type: JobType, kind: string): JobRunner | null {
    const runner = this.byType.get(type);
    return runner === undefined || (runner.kinds !== null && !runner.kinds.includes(kind)) ? null : runner;
  }

  /** Returns the kinds that this process accepts, by type; `null` for all kinds. */
  takes(): Readonly<Record<string, readonly string[] | null>> {
    const open = this.all().filter(({ slots }) => slots > 0);
    return Object.fromEntries(open.map(({ type, kinds }) => [type, kinds]));
  }
}
