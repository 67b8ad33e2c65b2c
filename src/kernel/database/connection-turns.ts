import type { Over } from '../context/call-context';
import { outage } from '../errors/app-error';

interface Waiter {
  readonly begin: () => void;
}

/**
 * Shares the connections of a pool among tenants: the next one that is free goes to whoever waits and holds fewest. So a
 * tenant that keeps them all at work makes others wait for one statement, not for all of its own.
 */
export class ConnectionTurns {
  private readonly held = new Map<string, number>();
  /** Who waits, by tenant; the tenant that has waited longest first. */
  private readonly waiting = new Map<string, Set<Waiter>>();
  private free: number;

  /** @param size connections of the pool. @param waitMs how long one waits for its turn. */
  constructor(
    size: number,
    private readonly waitMs: number,
  ) {
    this.free = size;
  }

  /**
   * Runs work that takes one connection, when it has its turn.
   * @param owner tenant, or an empty text for the installation itself.
   * Errors: `unavailable` (`store_unavailable`) when its turn does not come in time; `deadline_exceeded` when its caller goes
   * before that.
   */
  async run<T>(owner: string, over: Over | undefined, work: () => Promise<T>): Promise<T> {
    if (this.free === 0) await this.turnOf(owner, over?.signal);
    else this.free -= 1;
    this.held.set(owner, (this.held.get(owner) ?? 0) + 1);
    try {
      return await work();
    } finally {
      this.giveBack(owner);
    }
  }

  private async turnOf(owner: string, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) throw outage('deadline');
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const waiter: Waiter = { begin: () => resolve(undefined) };
    const own = this.waiting.get(owner) ?? new Set();
    this.waiting.set(owner, own.add(waiter));
    const timer = setTimeout(() => reject(outage('store_unavailable')), this.waitMs).unref();
    const leave = (): void => reject(outage('deadline'));
    signal?.addEventListener('abort', leave, { once: true });
    try {
      await promise;
    } catch (refusal) {
      this.forget(owner, waiter);
      throw refusal;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    }
  }

  private giveBack(owner: string): void {
    const left = (this.held.get(owner) ?? 1) - 1;
    if (left === 0) this.held.delete(owner);
    else this.held.set(owner, left);
    const next = this.nextOwner();
    const [waiter] = (next !== null && this.waiting.get(next)) || [];
    if (next === null || waiter === undefined) {
      this.free += 1;
      return;
    }
    this.forget(next, waiter);
    waiter.begin();
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

  private forget(owner: string, waiter: Waiter): void {
    const own = this.waiting.get(owner);
    own?.delete(waiter);
    if (own?.size === 0) this.waiting.delete(owner);
  }
}
