import { AppError, outage } from '../errors/app-error';
import type { PoolTask, WorkerPoolOptions } from './pool-task';
import { TaskStopped } from './task-stopped';
import { TaskQueue, type Waiting } from './task-queue';
import { WorkerThread } from './worker-thread';

/** How long a thread beyond the kept ones stays without work. */
const IDLE_MS = 30_000;

/**
 * Runs tenants' CPU-heavy work in threads, so that it never holds the main thread. Threads and their memory are bounded, each
 * task has a CPU budget that its thread is ended for when it does not stop, and tenants take turns: fewest threads first, then
 * least CPU used lately.
 */
export class WorkerPool {
  private readonly idle: WorkerThread[] = [];
  private readonly idleTimers = new Map<WorkerThread, NodeJS.Timeout>();
  private readonly threads = new Set<WorkerThread>();
  private readonly queue: TaskQueue;
  private isClosed = false;

  constructor(private readonly options: WorkerPoolOptions) {
    this.queue = new TaskQueue(options);
  }

  /** Starts the threads that are kept. Resolves when they are ready. */
  async start(): Promise<void> {
    const missing = Math.max(0, this.options.keptThreads - this.threads.size);
    const ready = Array.from({ length: missing }, () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.idle.push(this.newThread(resolve));
      return promise;
    });
    await Promise.all(ready);
  }

  /**
   * Runs a task in a thread, now or when its turn comes.
   *
   * A task whose thread died without a reason of its own is tried once more on another thread, unless it had sent messages or
   * its payload was transferred.
   *
   * Errors: `unavailable` when too much waits or the process stops; `invalid_request` when the caller gave up while it waited;
   * `unprocessable` for a nested task whose own tree holds every thread that it could get; {@link TaskStopped}; `AppError` and
   * faults of the handler.
   */
  async run<Result>(task: PoolTask): Promise<Result> {
    try {
      return (await this.tryOnce(task, true)) as Result;
    } catch (error) {
      if (error instanceof TaskStopped && error.reason !== 'cancelled' && error.reason !== 'crashed') {
        this.options.slowWork?.throttled(task, error.reason);
      }
      throw error;
    }
  }

  /** Ends all threads; what runs or waits fails. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const { reject } of this.queue.drain()) reject(stopping());
    for (const timer of this.idleTimers.values()) clearTimeout(timer);
    await Promise.all([...this.threads].map((thread) => thread.end()));
  }

  /** Threads that exist, for tests and metrics. */
  get size(): number {
    return this.threads.size;
  }

  private async tryOnce(task: PoolTask, mayRetry: boolean): Promise<unknown> {
    const thread = await this.thread(task);
    try {
      return await thread.run(task);
    } catch (error) {
      const hasDied = error instanceof TaskStopped && error.reason === 'crashed';
      if (hasDied && this.isClosed) throw stopping();
      if (!hasDied || !mayRetry || thread.lastHadEffects || task.transfer !== undefined) throw error;
    } finally {
      this.queue.release(task, thread.lastCpuMs);
      this.keep(thread);
      this.next();
    }
    return this.tryOnce(task, false);
  }

  /** Waits for a thread, which is then the task's until `queue.release`. */
  private thread(task: PoolTask): Promise<WorkerThread> {
    const { signal } = task;
    if (this.isClosed) return Promise.reject(stopping());
    if (signal?.aborted === true) return Promise.reject(gaveUp());
    if (this.queue.isHopeless(task)) return Promise.reject(this.refused(task, 'tree', ownTreeHoldsAll(this.options)));
    if (this.queue.isFull(task)) {
      const message = `Too many tasks wait for the ${this.options.name} threads. Try again in a moment.`;
      return Promise.reject(this.refused(task, 'overloaded', outage('overloaded', { words: message })));
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { task, resolve: () => resolve(this.takeThread(task)), reject };
      signal?.addEventListener('abort', () => this.queue.remove(waiting) && reject(gaveUp()), { once: true });
      this.queue.add(waiting);
      this.next();
    });
  }

  private next(): void {
    for (let waiting = this.queue.take(); waiting !== null; waiting = this.queue.take()) waiting.resolve();
  }

  /** An idle thread, best one with the handler and the tenant of the task; a new one when all are busy. */
  private takeThread({ handler, tenantId }: PoolTask): WorkerThread {
    const match = (thread: WorkerThread): number =>
      Number(thread.lastHandler === handler) * 2 + Number(thread.lastTenantId === tenantId);
    const best = this.idle.reduce<WorkerThread | null>(
      (found, thread) => (found === null || match(thread) >= match(found) ? thread : found),
      null,
    );
    if (best === null) return this.newThread();
    this.forgetIdle(best);
    return best;
  }

  private newThread(onReady?: () => void): WorkerThread {
    const thread: WorkerThread = new WorkerThread(this.options, () => this.forget(thread), onReady);
    this.threads.add(thread);
    return thread;
  }

  private keep(thread: WorkerThread): void {
    if (this.isClosed || !thread.isUsable) return;
    this.idle.push(thread);
    if (this.threads.size <= this.options.keptThreads) return;
    // Starting a thread costs more than most tasks, so that one beyond the kept ones stays for a while.
    const end = (): void => {
      if (this.threads.size > this.options.keptThreads) void thread.end();
    };
    this.idleTimers.set(thread, setTimeout(end, IDLE_MS).unref());
  }

  /** A thread that ended, by itself or not: it is never handed out again. */
  private forget(thread: WorkerThread): void {
    this.threads.delete(thread);
    this.forgetIdle(thread);
    // One that never worked is not replaced: it would end again and again.
    if (!this.isClosed && thread.lastHandler !== '') void this.start();
  }

  private forgetIdle(thread: WorkerThread): void {
    clearTimeout(this.idleTimers.get(thread));
    this.idleTimers.delete(thread);
    const index = this.idle.indexOf(thread);
    if (index !== -1) this.idle.splice(index, 1);
  }

  private refused(task: PoolTask, reason: string, error: AppError): AppError {
    this.options.slowWork?.throttled(task, reason);
    return error;
  }
}

function stopping(): AppError {
  return new AppError('unavailable', 'The server is stopping. Try again.');
}

function gaveUp(): AppError {
  return new AppError('invalid_request', 'The caller stopped waiting before the task began.');
}

function ownTreeHoldsAll(options: WorkerPoolOptions): AppError {
  const { maxThreads, maxThreadsPerTenant, maxNestedThreadsPerTenant = maxThreadsPerTenant } = options;
  const most = Math.min(maxThreads, maxNestedThreadsPerTenant);
  const message = `The nested call was refused: the calls it is nested in hold all ${most} threads that they may have at once. Nest less deeply or run fewer calls at the same time.`;
  return new AppError('unprocessable', message);
}
