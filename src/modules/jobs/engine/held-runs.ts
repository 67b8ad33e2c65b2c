import { Injectable } from '@nestjs/common';
import { type JobRunner, JobStop } from '../contract/job-runner';
import type { JobType } from '../contract/job.types';
import type { RunKey } from '../storage/dispatch.repository';
import { runsHeld } from './job-metrics';

/** A job that this process was given, until its run is over. */
export interface HeldRun {
  readonly key: RunKey;
  readonly type: JobType;
  readonly stop: AbortController;
  /** Monotonic milliseconds at which the engine was last asked to run it. */
  since: number;
  /** Runs it; called once, by the engine. */
  readonly run: () => Promise<void>;
  hasBegun: boolean;
}

/** A place that is taken by a run which is no job yet. */
export interface LentPlace {
  readonly tenantId: string;
  readonly type: JobType;
}

/** Of the places of a type, how much what is no job yet may take: the rest is for those that wait for one. */
const LENT_SHARE = 0.75;

/** The jobs that this process has, and the places that are taken by what is no job yet. */
@Injectable()
export class HeldRuns {
  private readonly held = new Map<string, HeldRun>();
  private readonly lent = new Set<LentPlace>();
  /** Who waits for a place, in their order. */
  private readonly asking = new Set<() => void>();
  private readonly closing = new AbortController();
  private idle: (() => void)[] = [];

  /** This process among the workers; `null` while it is none. */
  executorId: string | null = null;

  /** Fires when the process is to end: whoever waits here for a run waits no longer. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  close(): void {
    this.closing.abort();
  }

  add(run: HeldRun): void {
    // The same job once more: the run before has lost it.
    const earlier = this.held.get(run.key.id);
    earlier?.stop.abort(new JobStop('lost'));
    if (earlier) this.take(earlier);
    this.held.set(run.key.id, run);
    runsHeld.inc({ type: run.type });
  }

  get(jobId: string): HeldRun | undefined {
    return this.held.get(jobId);
  }

  remove(run: HeldRun): void {
    this.take(run);
    this.settle();
  }

  /**
   * Takes a place for a run that is no job yet. @param perTenant most that a tenant may have here. @returns `null` when none
   * is free.
   */
  lend({ type, slots }: JobRunner, tenantId: string, perTenant: number): LentPlace | null {
    const isFull = this.count(type) >= slots * LENT_SHARE || this.countOf(tenantId) >= perTenant;
    if (isFull || this.closed.aborted) return null;
    const place = { tenantId, type };
    this.lent.add(place);
    return place;
  }

  /** The same, once a place is free, first come, first served. @returns `null` when none was within so long. */
  async lendSoon(runner: JobRunner, tenantId: string, perTenant: number, withinMs: number): Promise<LentPlace | null> {
    const free = this.lend(runner, tenantId, perTenant);
    if (free !== null) return free;
    const { promise, resolve } = Promise.withResolvers<LentPlace | null>();
    const ask = (): void => {
      const place = this.lend(runner, tenantId, perTenant);
      if (place === null) return;
      this.asking.delete(ask);
      resolve(place);
    };
    this.asking.add(ask);
    const timer = setTimeout(resolve, withinMs, null);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.asking.delete(ask);
    }
  }

  giveBack(place: LentPlace): void {
    if (this.lent.delete(place)) this.settle();
  }

  all(): readonly HeldRun[] {
    return [...this.held.values()];
  }

  /** Places of a type that are taken. */
  count(type: JobType): number {
    let count = 0;
    for (const run of this.held.values()) if (run.type === type) count += 1;
    for (const place of this.lent) if (place.type === type) count += 1;
    return count;
  }

  stop(jobId: string, fence: number, why: JobStop['why']): void {
    const run = this.held.get(jobId);
    if (run?.key.fence !== fence) return;
    run.stop.abort(new JobStop(why));
    if (!run.hasBegun) this.remove(run);
  }

  /** Tells all runs to end; those that have not begun are given up at once. */
  stopAll(why: JobStop['why']): void {
    for (const run of this.all()) {
      run.stop.abort(new JobStop(why));
      if (!run.hasBegun) this.remove(run);
    }
  }

  /** Resolves when no run is left, or after so long. */
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

  private countOf(tenantId: string): number {
    let count = 0;
    for (const run of this.held.values()) if (run.key.tenantId === tenantId) count += 1;
    for (const place of this.lent) if (place.tenantId === tenantId) count += 1;
    return count;
  }

  private take(run: HeldRun): void {
    if (this.held.get(run.key.id) !== run) return;
    this.held.delete(run.key.id);
    runsHeld.dec({ type: run.type });
  }

  private settle(): void {
    for (const ask of this.asking) ask();
    if (this.isIdle) for (const resolve of this.idle.splice(0)) resolve();
  }
}
