import { AppError, outage } from '../errors/app-error';
import { inputThrottle, RECHECK_MS, THREAD_PARTS } from './input-throttle';
import type { PoolTask, WorkerPoolOptions } from './pool-task';
import { TaskStopped } from './task-stopped';
import { TaskQueue, type Waiting } from './task-queue';
import { WorkerThread } from './worker-thread';

/** A payload of this size or more costs the main thread more than a moment. */
const LARGE_BYTES = 64 * 1_024;
/** The time for which a thread beyond the kept threads stays idle before it is terminated. */
const IDLE_MS = 30_000;

/**
 * Runs tenants' CPU-heavy work in threads, so that it never blocks the main thread. The number of threads and their memory are limited.
 * Each task has a CPU budget, and its thread is terminated if the task exceeds it. Tenants take turns: first the tenants with the fewest
 * threads, then the tenants that used the least CPU time recently. Long tasks, and tasks of tenants that used a lot of CPU time recently,
 * run in threads with a lower priority.
 */
export class WorkerPool {
  private readonly idle: WorkerThread[] = [];
  private readonly idleTimers = new Map<WorkerThread, NodeJS.Timeout>();
  private readonly threads = new Set<WorkerThread>();
  /** Threads that are not ready yet. */
  private readonly starting = new Set<WorkerThread>();
  private readonly queue: TaskQueue;
  private isClosed = false;
  private lookTimer: NodeJS.Timeout | null = null;

  constructor(private readonly options: WorkerPoolOptions) {
    this.queue = new TaskQueue(options);
  }

  /** Starts the kept threads. Resolves when they are ready. */
  async start(): Promise<void> {
    const { keptThreads, maxThreads } = this.options;
    const missing = Math.max(0, Math.min(keptThreads - this.usualThreads, maxThreads - this.threads.size));
    await Promise.all(Array.from({ length: missing }, () => this.startThread(false)));
  }

  /**
   * Runs a task in a thread, now or when its turn comes.
   *
   * If a task's thread dies for no known reason, the task is retried once on a different thread, unless the task has sent messages or its
   * payload was transferred.
   *
   * Errors: `unavailable` if too many tasks wait or the process stops; `invalid_request` if the caller stopped waiting before the task
   * began. `unprocessable` for a nested task whose own tree occupies every thread that it could get. The method can also throw
   * {@link TaskStopped}, or any `AppError` or fault that the handler throws.
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

  /** Terminates all threads. Running and waiting tasks fail. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const { reject } of this.queue.drain()) reject(stopping());
    for (const timer of this.idleTimers.values()) clearTimeout(timer);
    await Promise.all([...this.threads].map((thread) => thread.end()));
  }

  /** Number of existing threads, for tests and metrics. */
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

  /** Waits for a thread, which belongs to the task until `queue.release`. */
  private thread(task: PoolTask): Promise<WorkerThread> {
    const { signal } = task;
    if (this.isClosed) return Promise.reject(stopping());
    if (signal?.aborted === true) return Promise.reject(gaveUp());
    if (this.queue.isHopeless(task)) return Promise.reject(this.refused(task, 'tree', ownTreeHoldsAll(this.options)));
    if (this.queue.isFull(task)) {
      const message = `Too many tasks wait for the ${this.options.name} threads. Try again in a moment.`;
      return Promise.reject(this.refused(task, 'overloaded', outage('overloaded', { message })));
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { task, resolve, reject };
      signal?.addEventListener('abort', () => this.queue.remove(waiting) && reject(gaveUp()), { once: true });
      this.queue.add(waiting);
      this.next();
    });
  }

  /** Assigns idle threads to tasks. The remaining tasks get the next free threads, or threads that are started for them. */
  private next(): void {
    for (;;) {
      const waiting = this.queue.take((task) => this.mayHaveIdle(task) && this.mayCome(task));
      if (waiting === null) break;
      const bytes = this.pacedBytes(waiting.task);
      if (bytes > 0) inputThrottle.take(waiting.task.tenantId, bytes);
      waiting.resolve(this.takeIdle(waiting.task));
    }
    this.startMissing();
  }

  /** Starts a thread for each tenant that is waiting for a thread, at most one at a time per tenant. */
  private startMissing(): void {
    const isLow = this.queue.nextOfEach().map(({ tenantId }) => this.queue.hasUsedMuch(tenantId));
    for (const low of [false, true]) {
      const wanted = isLow.filter((one) => one === low).length;
      for (let count = this.startingOf(low); count < wanted; count += 1) {
        if (!low) this.makeRoom();
        if (this.threads.size >= this.options.maxThreads) break;
        void this.startThread(low);
      }
    }
  }

  /**
   * Terminates an idle low-priority thread if the pool is full: the priority of such threads cannot be raised again, so they would block
   * threads with the usual priority.
   */
  private makeRoom(): void {
    if (this.threads.size >= this.options.maxThreads) void this.idle.find(({ isLow }) => isLow)?.end();
  }

  /**
   * Returns whether there is an idle thread for a task: a low-priority thread for a tenant that used a lot of CPU time recently, and a
   * thread with the usual priority for other tenants. If threads are kept, the last idle thread is reserved for a tenant that has no
   * thread, as long as a new thread can be started.
   */
  private mayHaveIdle({ tenantId }: PoolTask): boolean {
    const low = this.idle.filter(({ isLow }) => isLow).length;
    const usual = this.idle.length - low;
    const isFull = this.threads.size >= this.options.maxThreads;
    if (this.queue.hasUsedMuch(tenantId)) return low > 0 || (isFull && usual > 0);
    const leavesOne = this.options.keptThreads > 0 && !isFull && this.queue.heldBy(tenantId) > 0;
    return usual > (leavesOne ? 1 : 0);
  }

  /** Returns whether a task can start without waiting for its tenant's throttle. */
  private mayCome(task: PoolTask): boolean {
    if (this.pacedBytes(task) === 0 || inputThrottle.isAllowed(task.tenantId)) return true;
    this.lookTimer ??= setTimeout(() => {
      this.lookTimer = null;
      this.next();
    }, RECHECK_MS);
    return false;
  }

  /** Returns the bytes that count for the tenant's throttle: 0 for a small payload, and if the pool is not throttled. */
  private pacedBytes({ sizeBytes = 0 }: PoolTask): number {
    return this.options.isPaced === true && sizeBytes >= LARGE_BYTES ? sizeBytes / THREAD_PARTS : 0;
  }

  /** Takes the idle thread that best fits a task: a thread with the task's priority, handler and tenant. */
  private takeIdle({ handler, tenantId }: PoolTask): WorkerThread {
    const isLow = this.queue.hasUsedMuch(tenantId);
    const match = (thread: WorkerThread): number =>
      Number(thread.isLow === isLow) * 4 +
      Number(thread.lastHandler === handler) * 2 +
      Number(thread.lastTenantId === tenantId);
    const best = this.idle.reduce((found, thread) => (match(thread) >= match(found) ? thread : found));
    this.forgetIdle(best);
    if (isLow) this.lower(best);
    return best;
  }

  /** Starts a thread. Resolves when the thread is ready, or if it ends before then. */
  private startThread(isLow: boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const thread: WorkerThread = new WorkerThread(
      { ...this.options, isLow },
      {
        ready: () => {
          this.starting.delete(thread);
          this.keep(thread);
          this.next();
          resolve();
        },
        ended: () => {
          this.forget(thread);
          resolve();
        },
        isLong: () => this.lower(thread),
      },
    );
    this.threads.add(thread);
    this.starting.add(thread);
    return promise;
  }

  private startingOf(isLow: boolean): number {
    return [...this.starting].filter((thread) => thread.isLow === isLow).length;
  }

  private get usualThreads(): number {
    return [...this.threads].filter(({ isLow }) => !isLow).length;
  }

  /** Lowers the priority of a thread, and starts a new thread to replace it among the kept threads. */
  private lower(thread: WorkerThread): void {
    if (thread.isLow) return;
    thread.lower();
    if (!this.isClosed) void this.start();
  }

  private keep(thread: WorkerThread): void {
    if (this.isClosed || !thread.isUsable) return;
    this.idle.push(thread);
    const isKept = (): boolean => !thread.isLow && this.usualThreads <= this.options.keptThreads;
    if (isKept()) return;
    // Starting a thread costs more than most tasks, so a thread beyond the kept threads stays for a while.
    const end = (): void => {
      if (!isKept()) void thread.end();
    };
    this.idleTimers.set(thread, setTimeout(end, IDLE_MS).unref());
  }

  /** Removes a thread that has ended for any reason, so that it is never handed out again. */
  private forget(thread: WorkerThread): void {
    this.threads.delete(thread);
    this.forgetIdle(thread);
    if (this.isClosed) return;
    if (this.starting.delete(thread)) this.failNext();
    // A thread that never worked is not replaced, because its replacements would also keep ending.
    if (thread.lastHandler !== '') void this.start();
  }

  /** Fails a waiting task because a thread could not be started, so that no task waits forever. */
  private failNext(): void {
    const waiting = this.queue.take();
    if (waiting === null) return;
    this.queue.release(waiting.task, 0);
    waiting.reject(new TaskStopped('crashed'));
    this.next();
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
  const message = `The nested call was refused: its outer calls use all ${most} threads that they can have. Nest less deeply, or run fewer calls at the same time.`;
  return new AppError('unprocessable', message);
}
