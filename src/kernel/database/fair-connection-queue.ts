import type { CallerSignal } from '../context/call-context';
import { outage } from '../errors/app-error';
import type { OutageReason } from '../errors/reason';

/**
 * Shares the connections of a pool among tenants. The next free connection goes to the waiting tenant that uses the fewest connections. So
 * if one tenant keeps all connections busy, the other tenants wait for one of its statements, not for all of them.
 */
export class FairConnectionQueue {
  private readonly held = new Map<string, number>();
  /** Callbacks that start the waiting work, by tenant. The tenant that has waited longest is first. */
  private readonly waiting = new Map<string, Set<() => void>>();
  private free: number;

  /** @param size number of connections in the pool. @param waitMs maximum wait for a connection. */
  constructor(
    size: number,
    private readonly waitMs: number,
  ) {
    this.free = size;
  }

  /**
   * Runs work that needs one connection, as soon as it is the work's turn.
   * @param owner tenant id, or an empty string for the installation itself. Errors: `unavailable` (`store_unavailable`) if no connection
   * becomes free in time; `deadline_exceeded` if the caller disconnects before then.
   */
  async run<T>(owner: string, over: CallerSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (this.free === 0) await this.waitForConnection(owner, over?.signal);
    else this.take(owner);
    try {
      return await work();
    } finally {
      this.release(owner);
    }
  }

  /**
   * Resolves when {@link release} has handed over a connection. A caller that stops waiting is removed immediately and does not get a
   * connection.
   */
  private async waitForConnection(owner: string, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) throw outage('deadline');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = (reason: OutageReason): void => {
      this.forget(owner, resolve);
      reject(outage(reason));
    };
    const leave = (): void => refuse('deadline');
    this.waiting.set(owner, (this.waiting.get(owner) ?? new Set()).add(resolve));
    const timer = setTimeout(refuse, this.waitMs, 'store_unavailable').unref();
    signal?.addEventListener('abort', leave, { once: true });
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    }
  }

  private take(owner: string): void {
    this.free -= 1;
    this.held.set(owner, (this.held.get(owner) ?? 0) + 1);
  }

  private release(owner: string): void {
    this.free += 1;
    const left = (this.held.get(owner) ?? 1) - 1;
    if (left === 0) this.held.delete(owner);
    else this.held.set(owner, left);
    const next = this.nextOwner();
    if (next === null) return;
    const [begin] = this.waiting.get(next) ?? [];
    if (begin === undefined) return;
    this.forget(next, begin);
    this.take(next);
    begin();
  }

  private nextOwner(): string | null {
    let next: string | null = null;
    let fewest = Number.POSITIVE_INFINITY;
    for (const owner of this.waiting.keys()) {
      const held = this.held.get(owner) ?? 0;
      if (held < fewest) [next, fewest] = [owner, held];
    }
    return next;
  }

  private forget(owner: string, begin: () => void): void {
    const own = this.waiting.get(owner);
    own?.delete(begin);
    if (own?.size === 0) this.waiting.delete(owner);
  }
}
