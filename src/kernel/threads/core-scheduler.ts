import { availableParallelism } from 'node:os';
import { ScheduledTask } from '../tasks/scheduled-task';
import type { ThreadPause } from './thread-pause';

/** The time for which a task computes before the next task's turn. */
const TIME_SLICE_MS = 50;

/** A task that computes for more than a moment. */
export interface CoreTask {
  readonly tenantId: string;
  readonly turn: ThreadPause;
}

/**
 * Reserves one core of the machine for requests. Tasks that compute share the other cores and take turns, tenant by tenant. Even a
 * low-priority thread keeps its core for a millisecond when another thread wakes up there, and a request wakes threads many times.
 */
export class CoreScheduler {
  private readonly tasks = new Set<CoreTask>();
  /** The last turn number of each tenant and each task, while there are more tasks than cores. */
  private readonly lastTurns = new Map<string | CoreTask, number>();
  private turns = 0;
  private sharing: ScheduledTask | null = null;

  constructor(private readonly cores = Math.max(1, availableParallelism() - 1)) {}

  /** Lets a task compute if a core is free. Otherwise, pauses the task until its turn. */
  add(task: CoreTask): void {
    this.tasks.add(task);
    const computing = this.busy().filter(({ turn }) => !turn.isPaused);
    if (computing.length > this.cores) task.turn.pause();
    if (this.tasks.size <= this.cores || this.sharing !== null) return;
    this.sharing = new ScheduledTask({
      everyMs: TIME_SLICE_MS,
      jitter: 0,
      turn: () => this.share(),
      failed: () => undefined,
    });
    this.sharing.start();
  }

  /** Removes a task that has ended, or that must be resumed so that it can see its cancellation. */
  remove(task: CoreTask): void {
    if (!this.tasks.delete(task)) return;
    task.turn.resume();
    this.lastTurns.delete(task);
    this.share();
    if (this.tasks.size > this.cores) return;
    void this.sharing?.stop();
    this.sharing = null;
    this.lastTurns.clear();
  }

  private share(): void {
    const inOrder = this.busy().sort(
      (one, other) => this.last(one.tenantId) - this.last(other.tenantId) || this.last(one) - this.last(other),
    );
    for (const task of inOrder.splice(0, this.cores)) {
      this.turns += 1;
      this.lastTurns.set(task, this.turns).set(task.tenantId, this.turns);
      task.turn.resume();
    }
    for (const { turn } of inOrder) turn.pause();
  }

  private last(of: string | CoreTask): number {
    return this.lastTurns.get(of) ?? 0;
  }

  /** Returns the tasks that are computing, or would be if they were not paused. */
  private busy(): CoreTask[] {
    return [...this.tasks].filter(({ turn }) => !turn.isWaiting);
  }
}

/** The core scheduler of this process. */
export const coreScheduler = new CoreScheduler();
