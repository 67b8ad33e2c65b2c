import { Worker } from 'node:worker_threads';
import { AppError } from '../../../kernel/errors/app-error';
import { workerFile } from '../../../kernel/threads/worker-file';
import type { MaskedText } from '../contract/masking.types';
import type { MaskingJob, MaskingReply } from './masking-job';

const IDLE_LIMIT_MS = 30_000;
/** What a job has left when nobody waits for it: most end by themselves, and a new thread takes some 200 ms to start. */
const UNWANTED_LIMIT_MS = 500;
/** Of the thread's heap. A value of 16 MiB of JSON takes some 500 MiB at worst; beyond it the thread ends, not the process. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 1_024, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 };

/** One thread that masks texts, one at a time. */
export class MaskingThread {
  private readonly worker: Worker;
  private idleTimer: NodeJS.Timeout | null = null;
  private ended = false;

  constructor() {
    this.worker = new Worker(workerFile(__dirname, 'masking-worker.js'), {
      // Nothing of the process's environment, above all no secret, is for code that handles callers' texts.
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

  /**
   * @param over aborted when nobody waits for the answer any more: the thread is ended soon, if it is not done by then.
   * Errors: `invalid_request` as the job says, `unprocessable` when it is too much for a thread.
   */
  run(job: MaskingJob, limitMs: number, over?: AbortSignal): Promise<MaskedText> {
    if (this.idleTimer) clearTimeout(this.idleTimer);
    this.worker.ref();
    return new Promise<MaskedText>((resolve, reject) => {
      const stop = (): void => {
        reject(new AppError('unprocessable', `Masking took longer than ${limitMs / 1000} s; send less at once.`));
        void this.end();
      };
      let timer = setTimeout(stop, limitMs);
      const hurry = (): void => {
        clearTimeout(timer);
        timer = setTimeout(stop, Math.min(UNWANTED_LIMIT_MS, limitMs));
      };
      over?.addEventListener('abort', hurry, { once: true });
      const onMessage = (reply: MaskingReply): void => {
        if (reply.kind === 'masked') resolve(reply.masked);
        else if (reply.kind === 'refused') reject(new AppError('invalid_request', reply.message));
        else reject(new Error(`Masking failed: ${reply.message}`));
        settle();
      };
      const onError = (error: Error & { readonly code?: string }): void => {
        const tooLarge = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        reject(tooLarge ? new AppError('unprocessable', 'Masking took too much memory; send less at once.') : error);
        settle();
      };
      const onExit = (): void => {
        reject(new Error('The thread that masks ended in the middle of its work.'));
        settle();
      };
      const settle = (): void => {
        clearTimeout(timer);
        over?.removeEventListener('abort', hurry);
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
