import { type Transferable, Worker } from 'node:worker_threads';
import { AppError } from '../errors/app-error';
import type { PoolMessage, TaskOutcome, ThreadData, ThreadReport, ThrownError } from './pool-messages';
import { type StopReason, TaskStopped } from './task-stopped';
import { type TaskLimits, TaskWatch } from './task-watch';
import { coreScheduler, type CoreTask } from './core-scheduler';
import { lowerHelpers, lowerThread } from './thread-priority';
import { ThreadPause } from './thread-pause';
import { workerFile } from './worker-file';

/** A task as received by a thread. */
export interface ThreadWork extends TaskLimits {
  /** Absolute path of the handler's compiled file, from `workerFile`. */
  readonly handler: string;
  readonly tenantId: string;
  readonly payload: unknown;
  readonly transfer?: readonly Transferable[];
  /** Cancels the task when its result is no longer needed. */
  readonly signal?: AbortSignal;
  /** Receives the handler's messages; `reply` sends a message back to it. */
  readonly onMessage?: (message: unknown, reply: (message: unknown) => void) => void;
}

interface Running {
  readonly work: ThreadWork;
  readonly watch: TaskWatch;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** Settings of a thread. */
interface ThreadOptions {
  readonly heapMb: number;
  readonly preload?: string;
  readonly settings?: unknown;
  /** True to start with the lower priority. */
  readonly isLow?: boolean;
}

/** Callbacks to the pool of a thread. */
interface ThreadListener {
  /** Called when the thread can take a task. */
  ready(): void;
  /** Called once, when the thread cannot take any more tasks. */
  ended(): void;
  /** Called when the thread's task has been running for a long time. */
  isLong(): void;
}

/** One thread of a pool, with one task at a time. It has no access to the process's environment. */
export class WorkerThread {
  private readonly worker: Worker;
  private running: Running | null = null;
  private isEnded = false;
  private taskId: number | null = null;
  private hasLowPriority: boolean;
  private readonly turn = new ThreadPause();
  /** The running task, once it takes turns with other tasks. */
  private inTurns: CoreTask | null = null;
  /** Tenant and handler of the task that ran last, so that the pool can give the thread a similar task. */
  lastTenantId = '';
  lastHandler = '';
  /** CPU milliseconds of the last task, and whether it sent messages, which cannot be undone. */
  lastCpuMs = 0;
  lastHadEffects = false;

  constructor(
    { heapMb, preload, settings, isLow = false }: ThreadOptions,
    private readonly listener: ThreadListener,
  ) {
    lowerHelpers();
    this.hasLowPriority = isLow;
    this.worker = new Worker(workerFile(__dirname, 'pool.thread.js'), {
      workerData: { preload: preload ?? null, settings, isLow, turn: this.turn.memory } satisfies ThreadData,
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
      stdout: true,
      stderr: true,
    });
    // A handler's output could contain a tenant's data.
    this.worker.stdout.resume();
    this.worker.stderr.resume();
    this.worker.on('message', (report: ThreadReport) => {
      if (report.kind === 'ready') this.ready();
      else if (report.kind === 'started') this.startedAs(report.taskId);
      else this.take(report);
    });
    this.worker.on('error', (error: Error & { readonly code?: string }) =>
      this.stop(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crashed', error),
    );
    this.worker.on('exit', () => this.stop('crashed'));
  }

  get isUsable(): boolean {
    return !this.isEnded;
  }

  /** True if the thread yields to other threads. */
  get isLow(): boolean {
    return this.hasLowPriority;
  }

  /** Permanently makes the thread yield to other threads: only a privileged process could raise its priority again. */
  lower(): void {
    this.hasLowPriority = true;
    this.takeTurns();
    if (this.taskId !== null && !this.isEnded) lowerThread(this.taskId);
  }

  /** Runs a task. Errors: {@link TaskStopped}; each `AppError` or fault that the handler throws. */
  async run(work: ThreadWork): Promise<unknown> {
    const { signal } = work;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const watch = new TaskWatch(this.worker, work, {
      passed: (reason) => this.stop(reason),
      takesTurns: () => this.takeTurns(),
      isLong: () => this.listener.isLong(),
    });
    this.running = { work, watch, resolve, reject };
    this.lastTenantId = work.tenantId;
    this.lastHandler = work.handler;
    this.lastHadEffects = false;
    if (this.isLow) this.takeTurns();
    this.worker.ref();
    const { handler, tenantId, payload } = work;
    this.post({ kind: 'task', handler, tenantId, payload }, work.transfer);
    const cancel = (): void => {
      this.post({ kind: 'cancel' });
      this.endTurns();
      watch.cancel();
    };
    if (signal?.aborted === true) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await promise;
    } finally {
      watch.close();
      this.endTurns();
      signal?.removeEventListener('abort', cancel);
      this.lastCpuMs = watch.cpuMs;
      if (!this.isEnded) this.worker.unref();
    }
  }

  async end(): Promise<void> {
    this.leave();
    await this.worker.terminate();
  }

  /** Handles readiness. An idle thread does not keep the process from exiting. */
  private ready(): void {
    this.worker.unref();
    if (!this.isEnded) this.listener.ready();
  }

  private takeTurns(): void {
    // A canceled task must be able to see its cancellation, so it is not paused anymore.
    if (this.running === null || this.inTurns !== null || this.running.work.signal?.aborted === true) return;
    this.inTurns = { tenantId: this.running.work.tenantId, turn: this.turn };
    coreScheduler.add(this.inTurns);
  }

  private endTurns(): void {
    if (this.inTurns !== null) coreScheduler.remove(this.inTurns);
    this.inTurns = null;
  }

  private startedAs(taskId: number | null): void {
    this.taskId = taskId;
    if (this.hasLowPriority) this.lower();
  }

  private take(report: Exclude<ThreadReport, { kind: 'ready' | 'started' }>): void {
    const { running } = this;
    if (report.kind === 'spent') return this.stop('crashed');
    if (running === null) return;
    if (report.kind === 'begun') running.watch.begun(report.cpuMicros);
    else if (report.kind === 'message') {
      this.lastHadEffects = true;
      running.work.onMessage?.(report.message, (message) => {
        if (this.running === running) this.post({ kind: 'message', message });
      });
    } else {
      running.watch.used(report.cpuMicros);
      this.running = null;
      if (report.isSpent) void this.end();
      settle(running, report.outcome);
    }
  }

  private stop(reason: StopReason, cause?: Error): void {
    const { running } = this;
    this.running = null;
    void this.end();
    running?.reject(new TaskStopped(reason, { cause }));
  }

  private leave(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.listener.ended();
  }

  private post(order: PoolMessage, transfer: readonly Transferable[] = []): void {
    if (!this.isEnded) this.worker.postMessage(order, transfer);
  }
}

function settle({ resolve, reject }: Running, outcome: TaskOutcome): void {
  if (outcome.ok) resolve(outcome.value);
  else reject(toError(outcome.error));
}

function toError(error: ThrownError): Error {
  if (error.kind === 'app') return new AppError(error.code, error.message, { fields: error.fields });
  const fault = new Error(error.message);
  fault.name = error.name;
  return fault;
}
