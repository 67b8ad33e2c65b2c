import { Worker } from 'node:worker_threads';
import { workerFile } from '../../../kernel/threads/worker-file';
import { NESTED_RUN } from './engine/call-arguments';
import {
  type CallAnswer,
  FLAGS,
  type SkillProgress,
  type StopReason,
  type ThreadData,
  type ThreadJob,
  type ThreadMessage,
  type ThreadOrder,
  type ThreadOutcome,
} from './thread-job';

/** Of the thread's own heap, where schemas are compiled and values checked; the sandbox's memory is not part of it. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
/** How often a job is looked at. */
const LOOK_MS = 20;
/** What a job has after its cancellation until its thread is ended. */
const CANCEL_MS = 80;
/** Of a check and of a value: both are over in milliseconds unless somebody means harm. */
const CHECK_MS = 5_000;
const FIT_MS = 2_000;
/** What starved code has at least beyond its processor time, as only the wall clock can be looked at from outside. */
const SLACK_MS = 500;

/** What somebody does for code that runs. */
export interface ThreadHost {
  /** Answers a call of a capability with a value that can be JSON; rejects with a `CapabilityRefusal`, or anything else for a fault of ours. */
  call(name: string, args: readonly unknown[]): Promise<unknown>;
  /** Runs another skill. @param input JSON text. @returns JSON text. Rejects as {@link call}. */
  nested(name: string, input: string): Promise<string>;
  /** @param text whole lines. */
  log(stream: 'stdout' | 'stderr', text: string): void;
  progress(progress: SkillProgress): void;
}

/** A capability's no, in words for the code. */
export class CapabilityRefusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'CapabilityRefusal';
  }
}

/** A job of a thread under way. */
interface Running {
  readonly job: ThreadJob;
  readonly host: ThreadHost | null;
  readonly flags: Int32Array;
  readonly startedAt: number;
  cancelledAt: number | null;
  readonly resolve: (outcome: ThreadOutcome) => void;
  readonly reject: (reason: unknown) => void;
}

/** One thread, with one job at a time. Nothing of the process's environment is in it. */
export class SkillThread {
  private readonly worker: Worker;
  private running: Running | null = null;
  private isEnded = false;
  /** Whose job it had last: another of the same finds its instance and its schemas. */
  lastOwner = '';

  constructor(data: ThreadData, onReady: () => void = () => undefined) {
    this.worker = new Worker(workerFile(__dirname, 'skill-worker.js'), {
      workerData: data,
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: RESOURCE_LIMITS,
      stdout: true,
      stderr: true,
    });
    // What the engine says when it breaks is of no use to anybody: that it broke is told by its end.
    this.worker.stdout.resume();
    this.worker.stderr.resume();
    this.worker.unref();
    this.worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'ready') onReady();
      else this.take(message);
    });
    this.worker.on('error', (error: Error & { readonly code?: string }) => {
      this.isEnded = true;
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      if (isMemory) this.settle({ kind: 'limit', message: 'It needed more memory than it may have.' });
      else this.fail(error);
    });
    this.worker.on('exit', () => {
      this.isEnded = true;
      this.fail(new Error('The thread of a skill ended in the middle of its work.'));
    });
  }

  /** Whether it can take another job. */
  get isUsable(): boolean {
    return !this.isEnded;
  }

  /** Errors: only for faults of ours. */
  run(job: ThreadJob, owner: string, host: ThreadHost | null, signal: AbortSignal | undefined): Promise<ThreadOutcome> {
    this.lastOwner = owner;
    this.worker.ref();
    const flags = new Int32Array(new SharedArrayBuffer(FLAGS.count * Int32Array.BYTES_PER_ELEMENT));
    const { promise, resolve, reject } = Promise.withResolvers<ThreadOutcome>();
    const running: Running = { job, host, flags, startedAt: performance.now(), cancelledAt: null, resolve, reject };
    this.running = running;
    const cancel = (): void => {
      running.cancelledAt = performance.now();
      Atomics.store(flags, FLAGS.cancelled, 1);
      this.post({ kind: 'cancel' });
    };
    const look = setInterval(() => this.look(running), LOOK_MS).unref();
    this.post({ kind: 'job', job, owner, flags });
    if (signal?.aborted === true) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    return promise.finally(() => {
      clearInterval(look);
      signal?.removeEventListener('abort', cancel);
      if (!this.isEnded) this.worker.unref();
    });
  }

  async end(): Promise<void> {
    this.isEnded = true;
    await this.worker.terminate();
  }

  private take(message: Exclude<ThreadMessage, { kind: 'ready' }>): void {
    const { running } = this;
    if (running === null) return;
    if (message.kind === 'log') for (const { stream, text } of message.pieces) running.host?.log(stream, text);
    else if (message.kind === 'progress') running.host?.progress(message.progress);
    else if (message.kind === 'call') void this.answer(running, message);
    else {
      if (message.isSpent) void this.end();
      this.settle(message.outcome);
    }
  }

  private async answer(running: Running, { id, name, args }: Extract<ThreadMessage, { kind: 'call' }>): Promise<void> {
    const from = process.threadCpuUsage();
    const answering = answerOf(running.host, name, args);
    const { user, system } = process.threadCpuUsage(from);
    const answer = await answering;
    if (this.running === running) this.post({ kind: 'answer', id, answer, hostMs: (user + system) / 1_000 });
  }

  /** Ends a thread that does not end by itself: some of QuickJS's own functions look at no clock. */
  private look(running: Running): void {
    if (this.running !== running) return;
    const why = overdue(running, performance.now());
    if (why === null) return;
    void this.end();
    if (running.job.kind === 'run') this.settle({ kind: 'stopped', why });
    else this.settle({ kind: 'limit', message: 'It takes too long to check.' });
  }

  private post(order: ThreadOrder): void {
    if (!this.isEnded) this.worker.postMessage(order);
  }

  private settle(outcome: ThreadOutcome): void {
    const { running } = this;
    this.running = null;
    running?.resolve(outcome);
  }

  private fail(error: Error): void {
    const { running } = this;
    this.running = null;
    running?.reject(error);
  }
}

function overdue({ job, flags, startedAt, cancelledAt }: Running, now: number): StopReason | null {
  const elapsed = now - startedAt;
  if (cancelledAt !== null && now - cancelledAt > CANCEL_MS) return 'cancelled';
  if (job.kind !== 'run') return elapsed > (job.kind === 'check' ? CHECK_MS : FIT_MS) ? 'wall' : null;
  const since = Atomics.load(flags, FLAGS.busySince);
  const busy = Atomics.load(flags, FLAGS.busyBefore) + (since === 0 ? 0 : elapsed - since);
  if (busy > Math.max(2 * job.cpuMs, job.cpuMs + SLACK_MS)) return 'cpu';
  return elapsed > 2 * job.wallMs ? 'wall' : null;
}

/** Does what it can do without waiting before it returns, so that its time can be measured. */
async function answerOf(host: ThreadHost | null, name: string, args: readonly unknown[]): Promise<CallAnswer> {
  try {
    if (host === null) throw new CapabilityRefusal('not_granted', 'There is nobody to call.');
    if (name !== NESTED_RUN) return { value: await host.call(name, args) };
    return { json: await host.nested(String(args[0]), String(args[1])) };
  } catch (error) {
    const { code, message } =
      error instanceof CapabilityRefusal ? error : { code: 'internal', message: 'The call could not be done.' };
    return { refusal: { code, message } };
  }
}
