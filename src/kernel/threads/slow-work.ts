import { Injectable, Inject, type Provider } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Histogram } from 'prom-client';
import { LOGGER, type Logger } from '../telemetry/logger';

/** The maximum CPU time that one piece of work can use on the main thread. */
const MOST_MS = 20;
/** Minimum time between two log lines about the same tenant and kind of work. Events in between are counted. */
const QUIET_MS = 10_000;
/** Maximum number of combinations of tenant and kind that are remembered between two lines. */
const MAX_REMEMBERED = 1_000;
const MICROS_PER_MS = 1_000;

export const SLOW_WORK_METRICS: readonly Provider[] = [
  makeHistogramProvider({
    name: 'coresdk_slow_work_seconds',
    help: 'CPU time of work that blocked the main thread for more than 20 ms, by kind; the log names tenant and resource.',
    labelNames: ['kind'],
    buckets: [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  }),
  makeCounterProvider({
    name: 'coresdk_throttled_work_total',
    help: 'Work of tenants that was refused or stopped, by kind and reason; the log names tenant and resource.',
    labelNames: ['kind', 'reason'],
  }),
];

/** The origin of a piece of work. */
export interface WorkOrigin {
  /** Kind of work, such as `policy.decide` or `workflow.parse`. */
  readonly kind: string;
  /** Empty for work of the installation. */
  readonly tenantId: string;
  /** The tenant's resource, such as the name of a workflow. */
  readonly resource?: string;
}

interface Quiet {
  readonly since: number;
  count: number;
}

/**
 * Reports to operators which tenant's work occupied the main thread for more than 20 ms of CPU time, or was rejected or stopped. It writes
 * a log line with the tenant, kind and resource, and metrics by kind. It writes at most one line per tenant and kind every ten seconds.
 */
@Injectable()
export class SlowWork {
  private readonly quiet = new Map<string, Quiet>();

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @InjectMetric('coresdk_slow_work_seconds') private readonly duration: Pick<Histogram<'kind'>, 'observe'>,
    @InjectMetric('coresdk_throttled_work_total') private readonly refused: Pick<Counter<'kind' | 'reason'>, 'inc'>,
  ) {}

  /** Runs work on the main thread and reports it if it was slow. Returns the result. */
  measure<Result>(origin: WorkOrigin, work: () => Result): Result {
    const before = process.threadCpuUsage();
    try {
      return work();
    } finally {
      const { user, system } = process.threadCpuUsage(before);
      this.took(origin, (user + system) / MICROS_PER_MS);
    }
  }

  /** Reports work that was measured elsewhere. */
  took(origin: WorkOrigin, cpuMs: number): void {
    if (cpuMs <= MOST_MS) return;
    this.duration.observe({ kind: origin.kind }, cpuMs / 1_000);
    this.report(origin, { cpuMs: Math.round(cpuMs) }, 'Work blocked the main thread for more than 20 ms');
  }

  /** Reports that a tenant's work was rejected or stopped. @param reason such as `cpu` or `overloaded`. */
  throttled(origin: WorkOrigin, reason: string): void {
    this.refused.inc({ kind: origin.kind, reason });
    this.report(origin, { reason }, 'Work of a tenant was throttled');
  }

  private report({ kind, tenantId, resource }: WorkOrigin, details: object, message: string): void {
    const key = `${message} ${kind} ${tenantId}`;
    const now = performance.now();
    const quiet = this.quiet.get(key);
    if (quiet !== undefined && now - quiet.since < QUIET_MS) {
      quiet.count += 1;
      return;
    }
    this.logger.warn({ kind, tenantId, resource, ...details, moreSinceLastLine: quiet?.count ?? 0 }, message);
    this.quiet.delete(key);
    this.quiet.set(key, { since: now, count: 0 });
    const [oldest] = this.quiet.keys();
    if (this.quiet.size > MAX_REMEMBERED && oldest !== undefined) this.quiet.delete(oldest);
  }
}
