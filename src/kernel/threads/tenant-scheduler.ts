import { AppError } from '../errors/app-error';
import type { SlowWork, WorkOrigin } from './slow-work';

const MICROS_PER_MS = 1_000;

/**
 * Work in steps. It yields at each point where other work can run first, and returns its result. A step takes at most a few milliseconds.
 */
export type SlicedWork<T> = Iterator<unknown, T, undefined>;

interface TenantSchedulerLimits {
  /** Time limit of one slice, after which the next step waits for a later turn. A running step is not interrupted. */
  readonly sliceMs: number;
  /** Maximum number of waiting calls per tenant. */
  readonly maxWaiting: number;
}

interface Task {
  readonly origin: WorkOrigin;
  /** Runs one step. Returns whether the work has ended. */
  readonly step: () => boolean;
}

interface Tenant {
  readonly tasks: Set<Task>;
  /** Time that the tenant used beyond its slices; the tenant skips rounds to pay for it. */
  owedMs: number;
}

/**
 * Shares the main thread between tenants: each turn of the event loop runs one slice of work in the whole process. Tenants take turns in
 * round-robin order, and so do the calls of each tenant. If a slice takes too long, the excess is charged to its tenant, which then skips a
 * corresponding number of rounds. Use it for every piece of work on a tenant's data that takes more than a millisecond and cannot run in a
 * worker thread. {@link SlowWork} names the tenant whose step took over 20 ms, or whose call is rejected.
 */
export class TenantScheduler {
  /** Tenants with work or debts; the next tenant is first. */
  private readonly ring = new Map<string, Tenant>();
  private waiting = 0;
  private isScheduled = false;
  private slowWork: SlowWork | null = null;

  /** @param nowMs monotonic time. */
  constructor(
    private readonly limits: TenantSchedulerLimits,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Reports slow and rejected work from now on. */
  reportTo(slowWork: SlowWork): this {
    this.slowWork = slowWork;
    return this;
  }

  /**
   * Runs indivisible work in the tenant's turn.
   * @param origin the work is charged to its tenant; for unknown callers, use any string that distinguishes them.
   * @param signal removes the call from the queue. Errors: `rate_limited` if too many calls of the tenant are waiting; the signal's reason;
   * the errors of `work`.
   */
  run<T>(origin: WorkOrigin, work: () => T, signal?: AbortSignal): Promise<T> {
    return this.runSliced(origin, { next: () => ({ done: true, value: work() }) }, signal);
  }

  /** Like {@link run}, for work in steps. A slice runs as many steps as fit in its time. */
  runSliced<T>(origin: WorkOrigin, work: SlicedWork<T>, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      let isInStep = false;
      const leave = (): void => {
        this.remove(task);
        // A generator cannot be terminated from within its own step.
        if (!isInStep) work.return?.();
        reject(asError(signal?.reason));
      };
      const task: Task = {
        origin,
        step: () => {
          try {
            isInStep = true;
            const step = work.next();
            isInStep = false;
            if (step.done !== true && signal?.aborted !== true) return false;
            if (step.done === true) resolve(step.value);
            else work.return?.();
          } catch (error) {
            reject(asError(error));
          }
          signal?.removeEventListener('abort', leave);
          return true;
        },
      };
      this.add(task);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  private add(task: Task): void {
    const { origin } = task;
    const tenant = this.ring.get(origin.tenantId) ?? { tasks: new Set(), owedMs: 0 };
    if (tenant.tasks.size >= this.limits.maxWaiting) {
      this.slowWork?.throttled(origin, 'overloaded');
      throw tooMany();
    }
    this.ring.set(origin.tenantId, tenant);
    tenant.tasks.add(task);
    this.waiting += 1;
    this.schedule();
  }

  private remove(task: Task): void {
    if (this.ring.get(task.origin.tenantId)?.tasks.delete(task) === true) this.waiting -= 1;
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      const tenant = this.next();
      if (tenant !== null) this.slice(tenant);
      if (this.waiting > 0) this.schedule();
      // Without waiting calls, the remaining debts do not matter.
      else this.ring.clear();
    });
  }

  /** Returns the next tenant and moves it to the end of the ring. Tenants before it that owe a round skip one round. */
  private next(): Tenant | null {
    if (this.waiting === 0) return null;
    // A tenant that is added again is visited again, until a waiting tenant has no debt.
    for (const [tenantId, tenant] of this.ring) {
      this.ring.delete(tenantId);
      const isServed = tenant.owedMs < this.limits.sliceMs && tenant.tasks.size > 0;
      if (!isServed) tenant.owedMs -= this.limits.sliceMs;
      if (tenant.tasks.size > 0 || tenant.owedMs > 0) this.ring.set(tenantId, tenant);
      if (isServed) return tenant;
    }
    return null;
  }

  private slice(tenant: Tenant): void {
    const began = this.nowMs();
    let usedMs = 0;
    for (const task of tenant.tasks) {
      const hasEnded = this.steps(task, () => (usedMs = this.nowMs() - began) < this.limits.sliceMs);
      // Next time, the tenant's other calls run first. A call that was canceled in the meantime has already been removed.
      if (tenant.tasks.delete(task)) {
        if (hasEnded) this.waiting -= 1;
        else tenant.tasks.add(task);
      }
      if (usedMs >= this.limits.sliceMs) break;
    }
    tenant.owedMs += Math.max(0, usedMs - this.limits.sliceMs);
  }

  /** Runs steps of a task while there is time. Returns whether the task has ended. */
  private steps({ origin, step }: Task, hasTime: () => boolean): boolean {
    const cpu = process.threadCpuUsage();
    let hasEnded = step();
    while (hasTime() && !hasEnded) hasEnded = step();
    const { user, system } = process.threadCpuUsage(cpu);
    // All steps except the last fit in the slice.
    this.slowWork?.took(origin, (user + system) / MICROS_PER_MS);
    return hasEnded;
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('The work failed without an error.', { cause: thrown });
}

function tooMany(): AppError {
  return new AppError('rate_limited', 'Too many calls from this tenant are waiting; retry in a moment.', {
    headers: { 'Retry-After': '1' },
  });
}

/** The scheduler of this process, which has one main thread, whatever roles run on it. */
export const tenantScheduler = new TenantScheduler({ sliceMs: 1, maxWaiting: 1_000 });
