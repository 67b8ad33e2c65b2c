import type { Lock, Locker, RequestRelease } from '@tus/server';
import { AppError } from '../../../kernel/errors/app-error';

/** How long a request waits for the previous request to release the lock. */
const WAIT_MS = 10_000;

interface Held {
  readonly release: RequestRelease;
  readonly done: Promise<void>;
  readonly free: () => void;
}

/**
 * Allows one request at a time per upload in this process. When a client reconnects after losing its connection, its new request stops the
 * request that is still hanging. Between processes, the offset decides: the database advances it only from its current value.
 */
export class UploadLocks {
  private readonly held = new Map<string, Held>();

  /** @param scope the caller: for a different caller, the same id is a different upload. */
  locker(scope: string): Locker {
    return { newLock: (id) => this.newLock(`${scope} ${id}`) };
  }

  private newLock(name: string): Lock {
    return {
      lock: (signal, release) => this.lock(name, signal, release),
      unlock: () => {
        const own = this.held.get(name);
        this.held.delete(name);
        own?.free();
        return Promise.resolve();
      },
    };
  }

  private async lock(name: string, signal: AbortSignal, release: RequestRelease): Promise<void> {
    const until = performance.now() + WAIT_MS;
    for (let other = this.held.get(name); other; other = this.held.get(name)) {
      await other.release();
      await settled(other.done, until - performance.now());
      if (signal.aborted || performance.now() >= until) {
        throw new AppError('conflict', 'Another request is writing to this upload; try again.');
      }
    }
    let free = (): void => undefined;
    const done = new Promise<void>((resolve) => (free = resolve));
    this.held.set(name, { release, done, free });
  }
}

/** Resolves when the work is done or the time is up. */
async function settled(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, Math.max(0, ms))));
  await Promise.race([work, late]);
  clearTimeout(timer);
}
