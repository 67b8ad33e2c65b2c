import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors/app-error';
import { stillStands } from './caller-standing';

/** How long a caller reads on at most after their token ended. */
const ASK_EVERY_MS = 1_000;
/** A reader that takes nothing for so long is cut; it can go on where it was. */
const STALL_MS = 45_000;
/** Open on one surface, whoever holds them: each costs a socket, a timer and up to a batch in memory. */
const MAX_IN_ALL = 2_000;

/** Answers that go on for as long as somebody listens: how many there are, and when each has to end. */
export class OpenStreams {
  private readonly ends = new Set<() => void>();
  private readonly held = new Map<string, number>();

  /** @param perCaller most that one caller may hold. */
  constructor(private readonly perCaller: number) {}

  /**
   * Opens one. The signal aborts when the caller hangs up, does not read any more, or is not let in any more (asked every
   * second), and when the surface closes. Errors: `rate_limited` when the caller holds too many.
   * @param caller who holds it: those of one name count together.
   */
  open(request: IncomingMessage, response: ServerResponse, caller: string): AbortSignal {
    const held = this.held.get(caller) ?? 0;
    if (held >= this.perCaller || this.ends.size >= MAX_IN_ALL) {
      throw new AppError('rate_limited', `There are too many open streams; ${this.perCaller} may be open at a time.`, {
        headers: { 'Retry-After': '5' },
      });
    }
    const over = new AbortController();
    const end = (): void => {
      over.abort();
    };
    const asking = setInterval(() => {
      void stillStands(request).then((stands) => {
        if (!stands) end();
      });
    }, ASK_EVERY_MS);
    this.ends.add(end);
    this.held.set(caller, held + 1);
    response.setTimeout(STALL_MS, () => response.destroy());
    const closed = (): void => {
      clearInterval(asking);
      this.ends.delete(end);
      const left = (this.held.get(caller) ?? 1) - 1;
      if (left > 0) this.held.set(caller, left);
      else this.held.delete(caller);
      end();
    };
    if (response.destroyed) closed();
    else response.once('close', closed);
    return over.signal;
  }

  /** How many are open. */
  get size(): number {
    return this.ends.size;
  }

  onModuleDestroy(): void {
    for (const end of this.ends) end();
  }
}
