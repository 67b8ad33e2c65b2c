import { AppError, outage } from '../../../kernel/errors/app-error';
import { SkillThread, type ThreadHost } from './skill-thread';
import type { ThreadJob, ThreadOutcome } from './thread-job';

export interface ThreadsOptions {
  /** Threads at once. */
  readonly maxThreads: number;
  /** Of them for one tenant: the others always find one. */
  readonly maxPerOwner: number;
  /** Threads that are kept when there is nothing to do. */
  readonly kept: number;
  /** Jobs that wait for a thread; one tenant may fill a quarter. */
  readonly maxWaiting: number;
  /** Memory of a sandbox. */
  readonly memoryBytes: number;
}

export interface ThreadRun {
  /** Tenant id. */
  readonly owner: string;
  readonly job: ThreadJob;
  /** What the code may ask; `null` for jobs that run none. */
  readonly host?: ThreadHost | null;
  /** Ends the job, or its wait. */
  readonly signal?: AbortSignal;
  /** It runs within a job that has a thread already: it gets one of its own at once, or none would ever be free for it. */
  readonly isNested?: boolean;
}

interface Waiting extends ThreadRun {
  readonly resolve: (outcome: ThreadOutcome) => void;
  readonly reject: (reason: unknown) => void;
}

/** How long those are kept beyond that which have nothing to do. */
const IDLE_MS = 30_000;

/**
 * Threads in which tenants' code runs, and what they send is checked, so that none of it can hold up anybody's request.
 * A tenant has only so many, and tenants that wait take turns.
 */
export class SkillThreads {
  private readonly idle: SkillThread[] = [];
  /** Of threads that are more than are kept: when each has done nothing for long enough. */
  private readonly ends = new Map<SkillThread, NodeJS.Timeout>();
  private readonly busy = new Map<SkillThread, { readonly owner: string; readonly isNested: boolean }>();
  private waiting: readonly Waiting[] = [];
  private isClosed = false;

  constructor(private readonly options: ThreadsOptions) {}

  /** Starts the threads that are kept, so that the first job finds one. Resolves when they are ready. */
  async start(): Promise<void> {
    const ready = Array.from({ length: this.options.kept - this.idle.length }, () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.idle.push(new SkillThread({ memoryBytes: this.options.memoryBytes }, resolve));
      return promise;
    });
    await Promise.all(ready);
  }

  /** Errors: `unavailable` when too much waits, or the process stops; `invalid_request` when it was given up while it waited. */
  run(run: ThreadRun): Promise<ThreadOutcome> {
    const { owner, signal, isNested = false } = run;
    if (this.isClosed) return Promise.reject(stopping());
    if (isNested) return this.work(run);
    const own = this.waiting.filter((waiting) => waiting.owner === owner).length;
    const { maxWaiting } = this.options;
    if (this.waiting.length >= maxWaiting || own >= maxWaiting / 4) {
      return Promise.reject(outage('overloaded', { words: 'Too many skills wait for a thread; try again.' }));
    }
    return new Promise((resolve, reject) => {
      const waiting = { ...run, resolve, reject };
      this.waiting = [...this.waiting, waiting];
      signal?.addEventListener('abort', () => this.leave(waiting), { once: true });
      this.next();
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const { reject } of this.waiting) reject(stopping());
    this.waiting = [];
    for (const timer of this.ends.values()) clearTimeout(timer);
    await Promise.all([...this.idle, ...this.busy.keys()].map((thread) => thread.end()));
  }

  private next(): void {
    const { maxThreads, maxPerOwner } = this.options;
    const working = [...this.busy.values()].filter(({ isNested }) => !isNested);
    if (working.length >= maxThreads) return;
    const countOf = (owner: string): number => working.filter((other) => other.owner === owner).length;
    const waiting = this.waiting.find(({ owner }) => countOf(owner) < maxPerOwner);
    if (waiting === undefined) return;
    // Whoever has been served goes behind all others.
    const others = this.waiting.filter((other) => other !== waiting);
    const ofOwner = others.filter(({ owner }) => owner === waiting.owner);
    this.waiting = [...others.filter(({ owner }) => owner !== waiting.owner), ...ofOwner];
    this.work(waiting).then(waiting.resolve, waiting.reject);
    this.next();
  }

  private async work({ owner, job, host = null, signal, isNested = false }: ThreadRun): Promise<ThreadOutcome> {
    const thread = this.takeIdle(owner);
    this.busy.set(thread, { owner, isNested });
    try {
      return await thread.run(job, owner, host, signal);
    } finally {
      this.busy.delete(thread);
      this.keep(thread);
      this.next();
    }
  }

  /** Preferably one that had this tenant's job last. */
  private takeIdle(owner: string): SkillThread {
    const own = this.idle.findLastIndex(({ lastOwner }) => lastOwner === owner);
    const [thread] = this.idle.splice(own === -1 ? this.idle.length - 1 : own, 1);
    if (thread === undefined) return new SkillThread({ memoryBytes: this.options.memoryBytes });
    clearTimeout(this.ends.get(thread));
    this.ends.delete(thread);
    return thread;
  }

  private keep(thread: SkillThread): void {
    if (this.isClosed || !thread.isUsable) {
      if (!this.isClosed && this.idle.length + this.busy.size < this.options.kept) void this.start();
      return;
    }
    this.idle.push(thread);
    if (this.idle.length > this.options.kept) this.endLater(thread);
  }

  /** Unless it is taken before: what comes and goes all the time keeps its threads, each of which costs more than a run. */
  private endLater(thread: SkillThread): void {
    const end = (): void => {
      this.ends.delete(thread);
      if (this.idle.length <= this.options.kept) return;
      this.idle.splice(this.idle.indexOf(thread), 1);
      void thread.end();
    };
    this.ends.set(thread, setTimeout(end, IDLE_MS).unref());
  }

  private leave(waiting: Waiting): void {
    if (!this.waiting.includes(waiting)) return;
    this.waiting = this.waiting.filter((other) => other !== waiting);
    waiting.reject(new AppError('invalid_request', 'It was given up while it waited.'));
  }
}

function stopping(): AppError {
  return new AppError('unavailable', 'The server is stopping; try again.');
}
