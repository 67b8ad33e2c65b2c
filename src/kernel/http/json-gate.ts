import { AppError } from '../errors/app-error';

const KIB = 1024;
const MIB = 1024 * KIB;

interface JsonGateLimits {
  /** Of JSON text whose values may be in memory at once. A longer text goes alone. */
  readonly budgetBytes: number;
  /** A text up to this length never waits. */
  readonly smallBytes: number;
  /** What may wait: by the length of the texts, and by their number. */
  readonly queueBytes: number;
  readonly queueEntries: number;
}

interface Load {
  bytes: number;
  entries: number;
}

interface Waiting {
  readonly bytes: number;
  readonly owners: readonly string[];
  readonly grant: () => void;
}

/** Nobody may fill more of the queue than one part of these. */
const PARTS_OF_QUEUE = 4;

/**
 * Bounds how much JSON is in memory as values at once: a megabyte of `{},{},…` becomes fifty of objects, so bodies that
 * arrive together must not be parsed together. They wait as bytes, which are cheap, first come, first served.
 */
export class JsonGate {
  // In the order of arrival; a Set, because a client that goes away leaves from the middle.
  private readonly queue = new Set<Waiting>();
  private readonly queued: Load = { bytes: 0, entries: 0 };
  private readonly queuedByOwner = new Map<string, Load>();
  private heldBytes = 0;
  private isResting = false;

  constructor(private readonly limits: JsonGateLimits) {}

  /**
   * Resolves when a text may be parsed; its share of the budget is held until `over` aborts.
   * @param bytes length of the text.
   * @param owners whose text it is, such as its token and its address: each may fill a quarter of the queue.
   * @param over aborted when the values are needed no more; while waiting, it gives the place up.
   * Errors: `unavailable` when the queue, or an owner's part of it, is full; `invalid_request` when given up.
   */
  async enter(bytes: number, owners: readonly string[], over: AbortSignal): Promise<void> {
    if (bytes <= this.limits.smallBytes) return;
    if (over.aborted) throw givenUp();
    if (this.isResting || this.queue.size > 0 || !this.fits(bytes)) await this.wait(bytes, owners, over);
    else this.hold(bytes, over);
  }

  private wait(bytes: number, owners: readonly string[], over: AbortSignal): Promise<void> {
    this.refuseFull(bytes, owners);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.dequeue(waiting);
        reject(givenUp());
        this.admit();
      };
      const waiting: Waiting = {
        bytes,
        owners,
        grant: () => {
          over.removeEventListener('abort', leave);
          this.dequeue(waiting);
          this.hold(bytes, over);
          resolve();
        },
      };
      over.addEventListener('abort', leave, { once: true });
      this.queue.add(waiting);
      this.count(waiting, 1);
    });
  }

  private refuseFull(bytes: number, owners: readonly string[]): void {
    const { queueBytes, queueEntries } = this.limits;
    const fits = ({ bytes: known, entries }: Load, parts: number): boolean =>
      known + bytes <= queueBytes / parts && entries < queueEntries / parts;
    const isWelcome = owners.every((owner) => fits(this.queuedByOwner.get(owner) ?? NOTHING, PARTS_OF_QUEUE));
    if (isWelcome && fits(this.queued, 1)) return;
    throw new AppError('unavailable', 'Too many large JSON bodies are waiting; send this one again in a moment.', {
      reason: 'overloaded',
      headers: { 'Retry-After': '1' },
    });
  }

  private fits(bytes: number): boolean {
    return this.heldBytes === 0 || this.heldBytes + bytes <= this.limits.budgetBytes;
  }

  /** One text at a time: other requests get their turn between two of them. */
  private hold(bytes: number, over: AbortSignal): void {
    this.heldBytes += bytes;
    over.addEventListener('abort', () => {
      this.heldBytes -= bytes;
      this.admit();
    });
    this.isResting = true;
    setImmediate(() => {
      this.isResting = false;
      this.admit();
    });
  }

  /** Lets the first in, when there is room for it. Never a later one: small texts would keep a large one out for ever. */
  private admit(): void {
    const [first] = this.queue;
    if (first && !this.isResting && this.fits(first.bytes)) first.grant();
  }

  private dequeue(waiting: Waiting): void {
    if (this.queue.delete(waiting)) this.count(waiting, -1);
  }

  private count({ bytes, owners }: Waiting, sign: 1 | -1): void {
    add(this.queued, sign * bytes, sign);
    for (const owner of owners) {
      const load = this.queuedByOwner.get(owner) ?? { bytes: 0, entries: 0 };
      add(load, sign * bytes, sign);
      if (load.entries === 0) this.queuedByOwner.delete(owner);
      else this.queuedByOwner.set(owner, load);
    }
  }
}

const NOTHING: Load = { bytes: 0, entries: 0 };

function add(load: Load, bytes: number, entries: number): void {
  load.bytes += bytes;
  load.entries += entries;
}

function givenUp(): AppError {
  return new AppError('invalid_request', 'The client went away before its body was read.');
}

/** The gate of this process: its surfaces share one heap. */
export const jsonGate = new JsonGate({
  budgetBytes: 8 * MIB,
  smallBytes: 16 * KIB,
  queueBytes: 64 * MIB,
  queueEntries: 256,
});
