import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type Provider } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { InjectMetric, makeGaugeProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge, Histogram } from 'prom-client';
import { newUlid } from '../ids/ids';
import { LOGGER, type Logger } from '../telemetry/logger';
import { Clock } from '../time/clock';
import { LeasesRepository } from './leases.repository';
import { type Schedule, scheduleOf } from './scheduled';
import { ScheduledTask } from './scheduled-task';

export const TASK_METRICS: readonly Provider[] = [
  makeHistogramProvider({
    name: 'coresdk_task_seconds',
    help: 'Duration of the runs of scheduled tasks in this process, by task and outcome (done, failed).',
    labelNames: ['task', 'outcome'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
  }),
  makeGaugeProvider({
    name: 'coresdk_task_done_timestamp_seconds',
    help: "Unix time of this process's last completed run of a scheduled task. It does not advance for tasks that run in a different process.",
    labelNames: ['task'],
  }),
];

/** Minimum time between two requests for one lease; much shorter than any lease. */
const ASK_EVERY_MS = 1_000;

type Method = (signal: AbortSignal) => unknown;

/** Runs all provider methods that are marked with `@Scheduled` while the application is running. */
@Injectable()
export class TaskScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly holder = newUlid();
  private readonly tasks: ScheduledTask[] = [];
  private readonly leased = new Map<string, { readonly isOurs: boolean; readonly askedAtMs: number }>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly leases: LeasesRepository,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @InjectMetric('coresdk_task_seconds') private readonly seconds: Histogram<'task' | 'outcome'>,
    @InjectMetric('coresdk_task_done_timestamp_seconds') private readonly doneAt: Gauge<'task'>,
  ) {}

  onApplicationBootstrap(): void {
    const scanner = new MetadataScanner();
    // A Set, because a service can also be registered under its port.
    const instances = new Set(this.discovery.getProviders().map(({ instance }) => instance as unknown));
    for (const instance of instances) {
      if (typeof instance !== 'object' || instance === null) continue;
      const provider = instance as Record<string, Method>;
      for (const name of scanner.getAllMethodNames(Object.getPrototypeOf(provider) as object)) {
        const method = provider[name];
        const schedule = typeof method === 'function' ? scheduleOf(method) : undefined;
        if (method && schedule) this.begin(schedule, provider, method);
      }
    }
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.stop()));
    // Releases the leases, so that other processes do not have to wait until they expire.
    const ours = [...this.leased].filter(([, { isOurs }]) => isOurs).map(([name]) => name);
    await this.leases.release(ours, this.holder).catch(() => undefined);
  }

  private begin(schedule: Schedule, provider: object, method: Method): void {
    const { name: task, everyMs, jitter, failure } = schedule;
    const every = typeof everyMs === 'number' ? everyMs : everyMs(provider as never);
    const scheduled = new ScheduledTask({
      everyMs: every,
      ...(jitter === undefined ? {} : { jitter }),
      turn: (signal) => this.turn(schedule, () => method.call(provider, signal)),
      failed: (err) => this.logger.warn({ err, task }, failure),
    });
    this.tasks.push(scheduled);
    scheduled.start();
  }

  private async turn({ name: task, leaseSeconds }: Schedule, work: () => unknown): Promise<void> {
    if (leaseSeconds !== undefined && !(await this.isOurs(task, leaseSeconds))) return;
    const began = performance.now();
    let outcome = 'failed';
    try {
      await work();
      outcome = 'done';
      this.doneAt.set({ task }, this.clock.nowMs() / 1_000);
    } finally {
      this.seconds.observe({ task, outcome }, (performance.now() - began) / 1_000);
    }
  }

  /** Takes or renews the lease. Between two requests, the last result applies. */
  private async isOurs(task: string, seconds: number): Promise<boolean> {
    const known = this.leased.get(task);
    const nowMs = performance.now();
    if (known !== undefined && nowMs - known.askedAtMs < ASK_EVERY_MS) return known.isOurs;
    const isOurs = await this.leases.take(task, this.holder, seconds);
    this.leased.set(task, { isOurs, askedAtMs: nowMs });
    return isOurs;
  }
}
