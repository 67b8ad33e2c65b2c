import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AppError, outage } from '../../../kernel/errors/app-error';
import type { MaskedText } from '../contract/masking.types';
import type { MaskingJob } from './masking-job';
import { MaskingThread } from './masking-thread';

/** Threads at once, of which a tenant has one. Who asks for decisions meanwhile has the other cores. */
const MAX_THREADS = 2;
/** What waits for a thread: in UTF-16 units of all texts, and in their number. */
const MAX_WAITING_LENGTH = 64 * 1024 * 1024;
const MAX_WAITING = 256;
/** Nobody may fill more of the queue than one part of these. */
const PARTS = 4;
/** Of one job: three times what ten megabytes of nothing but personal data take to be redacted. */
const JOB_LIMIT_MS = 10_000;

interface Waiting {
  readonly owner: string;
  readonly job: MaskingJob;
  readonly over: AbortSignal | undefined;
  readonly resolve: (masked: MaskedText) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Masks long texts in threads of their own with limits on memory and time, so that no text holds up anybody's decision. A
 * tenant has one thread at most, and tenants that wait take turns: nobody waits for all that another one has sent.
 */
@Injectable()
export class MaskingThreads implements OnModuleDestroy {
  private readonly idle: MaskingThread[] = [];
  /** In the order of their turns. */
  private waiting: readonly Waiting[] = [];
  /** Threads at work, and for whom. */
  private readonly busy = new Map<MaskingThread, string>();
  private closed = false;

  /**
   * @param owner tenant id; empty for calls without one, which count as one tenant.
   * @param over aborted when nobody waits for it any more: it loses its place, or soon its thread.
   * Errors: `unavailable` when too much waits; those of {@link MaskingThread.run}.
   */
  run(owner: string, job: MaskingJob, over?: AbortSignal): Promise<MaskedText> {
    if (this.closed) return Promise.reject(stopping());
    if (over?.aborted) return Promise.reject(givenUp());
    const own = this.waiting.filter((waiting) => waiting.owner === owner);
    if (isFull(own, job, PARTS) || isFull(this.waiting, job, 1)) {
      return Promise.reject(outage('overloaded', { words: 'Too many long texts are being masked; try again.' }));
    }
    return new Promise((resolve, reject) => {
      const waiting = { owner, job, over, resolve, reject };
      this.waiting = [...this.waiting, waiting];
      over?.addEventListener('abort', () => this.leave(waiting), { once: true });
      this.next();
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    for (const { reject } of this.waiting) reject(stopping());
    this.waiting = [];
    await Promise.all([...this.idle, ...this.busy.keys()].map((thread) => thread.end()));
  }

  private next(): void {
    if (this.busy.size >= MAX_THREADS) return;
    const served = new Set(this.busy.values());
    const waiting = this.waiting.find(({ owner }) => !served.has(owner));
    if (!waiting) return;
    const others = this.waiting.filter((other) => other !== waiting);
    const ofOwner = others.filter(({ owner }) => owner === waiting.owner);
    this.waiting = [...others.filter(({ owner }) => owner !== waiting.owner), ...ofOwner];
    const thread = this.idle.pop() ?? new MaskingThread();
    this.busy.set(thread, waiting.owner);
    thread
      .run(waiting.job, JOB_LIMIT_MS, waiting.over)
      .then(waiting.resolve, waiting.reject)
      .finally(() => {
        this.busy.delete(thread);
        if (thread.usable && !this.closed) this.keep(thread);
        this.next();
      });
  }

  private leave(waiting: Waiting): void {
    this.waiting = this.waiting.filter((other) => other !== waiting);
    waiting.reject(givenUp());
  }

  /** A thread that has its code loaded is worth keeping for a while. */
  private keep(thread: MaskingThread): void {
    this.idle.push(thread);
    thread.endWhenIdle(() => {
      const index = this.idle.indexOf(thread);
      if (index !== -1) this.idle.splice(index, 1);
      return index !== -1;
    });
  }
}

/** A text always fits where nothing waits. */
function isFull(waiting: readonly Waiting[], { input }: MaskingJob, parts: number): boolean {
  if (waiting.length === 0) return false;
  const length = waiting.reduce((sum, { job }) => sum + job.input.length, input.length);
  return waiting.length >= MAX_WAITING / parts || length > MAX_WAITING_LENGTH / parts;
}

function givenUp(): AppError {
  return new AppError('invalid_request', 'The caller went away before its text was masked.');
}

function stopping(): AppError {
  return new AppError('unavailable', 'The server is stopping; try again.');
}
