import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { type JobRunner, JobStop } from '../contract/job-runner';
import type { JobType } from '../contract/job.types';
import type { RunKey } from '../storage/dispatch.repository';

/** A job that is running in this process. */
export interface ActiveRun {
  readonly key: RunKey;
  readonly type: JobType;
  readonly stop: AbortController;
}

/** A worker slot reserved for a run that is not stored as a job yet. */
export interface ReservedSlot {
  readonly tenantId: string;
  readonly type: JobType;
}

/** The share of a type's slots for runs that are not stored yet. The other slots are for waiting jobs. */
const RESERVABLE_SHARE = 0.75;
/** The share of the available slots that a single tenant cannot use, so that other tenants always find free slots. */
const RESERVED_SHARE = 0.25;

/** A caller that is waiting for a slot. */
interface SlotRequest extends ReservedSlot {
  readonly slots: number;
  readonly perTenant: number;
  readonly give: (place: ReservedSlot) => void;
}

/** The jobs that are running in this process, and the slots reserved for runs that are not stored yet. */
@Injectable()
export class ActiveRuns {
  private readonly held = new Map<string, ActiveRun>();
  private readonly lent = new Set<ReservedSlot>();
  /** The requests that are waiting for a slot, oldest first. */
  private readonly asking = new Set<SlotRequest>();
  private readonly closing = new AbortController();
  private idle: (() => void)[] = [];
  private freed: () => void = () => undefined;

  constructor(@InjectMetric('coresdk_jobs_running') private readonly running: Gauge<'type'>) {}

  /** The id of this process among the workers; `null` while it is not a worker. */
  executorId: string | null = null;

  /** A signal that fires when the process shuts down. It ends all waits for runs. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  close(): void {
    this.closing.abort();
  }

  /** Calls `freed` whenever a slot becomes free and no caller is waiting for it. */
  onFree(freed: () => void): void {
    this.freed = freed;
  }

  add(run: ActiveRun): void {
    // The same job was assigned again: the previous run has lost it.
    const earlier = this.held.get(run.key.id);
    earlier?.stop.abort(new JobStop('lost'));
    if (earlier) this.take(earlier);
    this.held.set(run.key.id, run);
    this.running.inc({ type: run.type });
  }

  get(jobId: string): ActiveRun | undefined {
    return this.held.get(jobId);
  }

  remove(run: ActiveRun): void {
    this.take(run);
    this.settle();
  }

  /**
   * Reserves a slot for a run that is not a job yet.
   * @param perTenant the maximum number of slots that a tenant can use in this process.
   * @returns `null` when no slot is free, or the tenant has reached its maximum.
   */
  reserve(
    { type, slots }: Pick<JobRunner, 'type' | 'slots'>,
    tenantId: string,
    perTenant: number,
  ): ReservedSlot | null {
    const most = slots * RESERVABLE_SHARE;
    const isFull = this.count(type) >= slots || this.reservedOf(type) >= most || this.countOf(tenantId) >= perTenant;
    if (isFull || this.countOf(tenantId, type) >= mostOfOneTenant(most) || this.closed.aborted) return null;
    const place = { tenantId, type };
    this.lent.add(place);
    return place;
  }

  /** Reserves a slot as soon as one is free. Tenants with the fewest slots come first. @returns `null` when no slot became free in time. */
  async waitForSlot(
    runner: JobRunner,
    tenantId: string,
    perTenant: number,
    withinMs: number,
  ): Promise<ReservedSlot | null> {
    const free = this.reserve(runner, tenantId, perTenant);
    if (free !== null) return free;
    const { promise, resolve } = Promise.withResolvers<ReservedSlot | null>();
    const { type, slots } = runner;
    const ask: SlotRequest = { type, slots, tenantId, perTenant, give: resolve };
    this.asking.add(ask);
    const timer = setTimeout(resolve, withinMs, null);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.asking.delete(ask);
    }
  }

  releaseSlot(place: ReservedSlot): void {
    if (this.lent.delete(place)) this.settle();
  }

  all(): readonly ActiveRun[] {
    return [...this.held.values()];
  }

  /** Returns the number of occupied slots of a type. */
  count(type: JobType): number {
    let count = this.reservedOf(type);
    for (const run of this.held.values()) if (run.type === type) count += 1;
    return count;
  }

  /** Returns the number of occupied slots of a type by tenant. Tenants without occupied slots are left out. */
  countByTenant(type: JobType): Readonly<Record<string, number>> {
    const tenants = [...this.held.values()].flatMap((run) => (run.type === type ? [run.key.tenantId] : []));
    for (const place of this.lent) if (place.type === type) tenants.push(place.tenantId);
    const counts: Record<string, number> = {};
    for (const tenantId of tenants) counts[tenantId] = (counts[tenantId] ?? 0) + 1;
    return counts;
  }

  stop(jobId: string, fence: number, why: JobStop['why']): void {
    const run = this.held.get(jobId);
    if (run?.key.fence !== fence) return;
    run.stop.abort(new JobStop(why));
  }

  /** Signals all runs to end. */
  stopAll(why: JobStop['why']): void {
    for (const { stop } of this.all()) stop.abort(new JobStop(why));
  }

  /** Resolves when no runs are left, or after this time. */
  async ended(withinMs: number): Promise<void> {
    if (this.isIdle) return;
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      this.idle.push(resolve);
      timer = setTimeout(resolve, withinMs);
    });
    await over;
    clearTimeout(timer);
  }

  private get isIdle(): boolean {
    return this.held.size + this.lent.size === 0;
  }

  private reservedOf(type: JobType): number {
    let count = 0;
    for (const place of this.lent) if (place.type === type) count += 1;
    return count;
  }

  /** Returns the number of a tenant's slots, of one type or of all types. */
  private countOf(tenantId: string, type: JobType | null = null): number {
    let count = 0;
    for (const { key, type: of } of this.held.values()) {
      if (key.tenantId === tenantId && (type ?? of) === of) count += 1;
    }
    for (const place of this.lent) if (place.tenantId === tenantId && (type ?? place.type) === place.type) count += 1;
    return count;
  }

  private take(run: ActiveRun): void {
    if (this.held.get(run.key.id) !== run) return;
    this.held.delete(run.key.id);
    this.running.dec({ type: run.type });
  }

  /** Assigns the next free slot to the next caller in line. @returns false when no caller can get a slot. */
  private reserveNext(): boolean {
    const counts = new Map<string, number>();
    for (const { tenantId } of this.asking) {
      if (!counts.has(tenantId)) counts.set(tenantId, this.countOf(tenantId));
    }
    const countOf = ({ tenantId }: SlotRequest): number => counts.get(tenantId) ?? 0;
    // Tenants with the same number of slots are served in the order of their requests.
    for (const ask of [...this.asking].sort((a, b) => countOf(a) - countOf(b))) {
      const place = this.reserve(ask, ask.tenantId, ask.perTenant);
      if (place === null) continue;
      this.asking.delete(ask);
      ask.give(place);
      return true;
    }
    return false;
  }

  private settle(): void {
    while (this.reserveNext());
    this.freed();
    if (this.isIdle) for (const resolve of this.idle.splice(0)) resolve();
  }
}

/** Returns the maximum number of these slots that one tenant can use. */
export function mostOfOneTenant(places: number): number {
  return Math.max(1, Math.floor(places) - Math.max(1, Math.floor(places * RESERVED_SHARE)));
}
