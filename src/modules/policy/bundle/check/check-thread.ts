import { Worker } from 'node:worker_threads';
import { workerFile } from '../../../../kernel/threads/worker-file';
import type { CheckedBundle, CheckJob, CheckOutcome, CheckReply, DryRunAnswer } from './check-job';

type Outcome = CheckOutcome<CheckedBundle | DryRunAnswer>;

/** Of one job, everything in it. Tests have 10 s of their own within it. */
export const JOB_LIMIT_MS = 20_000;
const IDLE_LIMIT_MS = 30_000;
/** Of the thread's heap. The unpacked bundle (32 MiB) lies outside it. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 };

/** One thread that checks bundles, one at a time. What a bundle does to it ends the thread, never the process. */
export class CheckThread {
  private readonly worker: Worker;
  private idleTimer: NodeJS.Timeout | null = null;
  private ended = false;

  constructor() {
    this.worker = new Worker(workerFile(__dirname, 'check-worker.js'), {
      // Nothing of the process's environment, above all no secret, is for code that handles tenants' bundles.
      env: {},
      execArgv: [],
      resourceLimits: RESOURCE_LIMITS,
    });
    // A thread that waits must not keep the process alive.
    this.worker.unref();
    this.worker.once('exit', () => {
      this.ended = true;
    });
    // Also between jobs there is a listener: an 'error' event without one would end the process.
    this.worker.on('error', () => {
      this.ended = true;
    });
  }

  /** Whether it can take another job. */
  get usable(): boolean {
    return !this.ended;
  }

  /** Rejects when the thread itself broke; a bundle that is too much for it is an outcome with a fault. */
  run(job: CheckJob): Promise<Outcome> {
    if (this.idleTimer) clearTimeout(this.idleTimer);
    this.worker.ref();
    return new Promise<Outcome>((resolve, reject) => {
      const timer = setTimeout(() => {
        resolve(tooMuch(`Checking the bundle took longer than ${JOB_LIMIT_MS / 1000} s.`));
        void this.end();
      }, JOB_LIMIT_MS);
      const onMessage = (reply: CheckReply): void => {
        if (reply.kind === 'outcome') resolve(reply.outcome);
        else reject(new Error(`The policy check failed: ${reply.message}`));
        settle();
      };
      const onError = (error: Error & { readonly code?: string }): void => {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(tooMuch('Checking the bundle took too much memory.'));
        else reject(error);
        settle();
      };
      const onExit = (): void => {
        reject(new Error('The thread that checks policies ended in the middle of its work.'));
        settle();
      };
      const settle = (): void => {
        clearTimeout(timer);
        this.worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        this.worker.unref();
      };
      this.worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      this.worker.postMessage(job);
    });
  }

  /** Ends the thread after 30 s without a job, if `claim` says that nobody took it meanwhile. */
  endWhenIdle(claim: () => boolean): void {
    this.idleTimer = setTimeout(() => {
      if (claim()) void this.end();
    }, IDLE_LIMIT_MS);
    this.idleTimer.unref();
  }

  async end(): Promise<void> {
    this.ended = true;
    if (this.idleTimer) clearTimeout(this.idleTimer);
    await this.worker.terminate();
  }
}

function tooMuch(message: string): Outcome {
  return { ok: false, faults: [{ file: '', row: null, col: null, code: 'limit_exceeded', message }] };
}
