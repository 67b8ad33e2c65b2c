import type { BrowserPage, PageChannel, PageLocks } from './page.js';
import { readMessage, type TabMessage } from './shared-session.js';

/**
 * The tabs in which an app is open. They exchange messages over a `BroadcastChannel`. A tab that has a session holds a Web Lock that
 * contains the session's number in its name, so that other tabs know which number is the newest, even before its message arrives.
 */
export class Tabs {
  readonly #locks: PageLocks;
  readonly #channel: PageChannel;
  #release: (() => void) | null = null;
  #held = 0;

  constructor(
    page: BrowserPage,
    private readonly name: string,
    onMessage: (message: TabMessage) => void,
  ) {
    this.#locks = page.locks;
    this.#channel = page.openChannel(name);
    this.#channel.onmessage = ({ data }) => {
      const message = readMessage(data);
      if (message) onMessage(message);
    };
  }

  post(message: TabMessage): void {
    this.#channel.postMessage(message);
  }

  /** Runs work that only one tab does at a time. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    return this.#locks.request(this.name, work);
  }

  /** Returns the highest number that any tab holds; 0 if no tab has a session. */
  async newest(): Promise<number> {
    const { held = [] } = await this.#locks.query();
    const prefix = this.lockOf('');
    const numbers = held.map(({ name = '' }) => (name.startsWith(prefix) ? Number(name.slice(prefix.length)) : 0));
    return Math.max(0, ...numbers.filter(Number.isSafeInteger));
  }

  /** Holds a number instead of the previous one. Resolves when other tabs can see it. */
  hold(number: number): Promise<void> {
    this.release();
    this.#held = number;
    return new Promise((resolve, reject) => {
      const hold = async (): Promise<void> => {
        // The session may have ended, or have a new number, since the request for the lock.
        const isCurrent = this.#held === number;
        const released = new Promise<void>((release) => {
          if (isCurrent) this.#release = release;
          else release();
        });
        resolve();
        await released;
      };
      this.#locks.request(this.lockOf(number), { mode: 'shared' }, hold).catch(reject);
    });
  }

  release(): void {
    this.#held = 0;
    this.#release?.();
    this.#release = null;
  }

  /** Waits until no tab holds a number. Errors: the reason of the signal. */
  async untilReleased(number: number, signal: AbortSignal): Promise<void> {
    await this.#locks.request(this.lockOf(number), { signal }, async () => undefined);
  }

  close(): void {
    this.release();
    this.#channel.close();
  }

  private lockOf(number: number | string): string {
    return `${this.name} session ${number}`;
  }
}
