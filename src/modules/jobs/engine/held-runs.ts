import { JobStop } from '../contract/job-runner';
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

/** The jobs that this process has. */
export class HeldRuns {
  private readonly held = new Map<string, HeldRun>();
  private idle: (() => void)[] = [];

  add(run: HeldRun): void {
    // The same job once more: the run before has lost it.
    const earlier = this.held.get(run.key.id);
    earlier?.stop.abort(new JobStop('lost'));
    if (earlier) this.remove(earlier);
    this.held.set(run.key.id, run);
    runsHeld.inc({ type: run.type });
  }

  get(jobId: string): HeldRun | undefined {
    return this.held.get(jobId);
  }

  remove(run: HeldRun): void {
    if (this.held.get(run.key.id) !== run) return;
    this.held.delete(run.key.id);
    runsHeld.dec({ type: run.type });
    if (this.held.size > 0) return;
    for (const resolve of this.idle.splice(0)) resolve();
  }

  all(): readonly HeldRun[] {
    return [...this.held.values()];
  }

  count(type: JobType): number {
    let count = 0;
    for (const run of this.held.values()) if (run.type === type) count += 1;
    return count;
  }

  get size(): number {
    return this.held.size;
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
    if (this.held.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      this.idle.push(resolve);
      timer = setTimeout(resolve, withinMs);
    });
    await over;
    clearTimeout(timer);
  }
}
