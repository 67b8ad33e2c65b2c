import { AppError } from '../../errors/app-error';
import { type InputThrottle, inputThrottle, RECHECK_MS } from '../../threads/input-throttle';
import type { SlowWork } from '../../threads/slow-work';
import { GateQueue, type TextOwner, type Waiting } from './gate-queue';

const KIB = 1024;
const MIB = 1024 * KIB;

interface JsonGateLimits {
  /** JSON text whose values may be in memory at once; one tenant may hold half. A longer text goes alone. */
  readonly budgetBytes: number;
  /** A text up to this length never waits. */
  readonly smallBytes: number;
  /** Texts that may wait: by their length, and by their number. */
  readonly queueBytes: number;
  readonly queueEntries: number;
}

/** One tenant may hold no more than one part of the budget. */
const PARTS_OF_BUDGET = 2;

/**
 * Bounds how much JSON is in memory as values at once: a megabyte of `{},{},…` becomes fifty of objects, so bodies that
 * arrive together must not be parsed together. They wait as bytes, which are cheap; tenants are let in by turns.
 */
export class JsonGate {
  private readonly queue: GateQueue;
  private readonly heldBytes = new Map<string, number>();
  private heldTotal = 0;
  private slowWork: SlowWork | null = null;
  private timer: NodeJS.Timeout | null = null;

  /** @param pace of texts while the main thread is busy; `null` for none. */
  constructor(
    private readonly limits: JsonGateLimits,
    private readonly pace: Pick<InputThrottle, 'isAllowed' | 'take'> | null = null,
  ) {
    this.queue = new GateQueue({ maxBytes: limits.queueBytes, maxEntries: limits.queueEntries });
  }

  /** Counts refusals by tenant from now on. */
  reportTo(slowWork: SlowWork): void {
    this.slowWork = slowWork;
  }

  /** Returns whether a text of this length waits and holds a share of the budget. */
  isLarge(bytes: number): boolean {
    return bytes > this.limits.smallBytes;
  }

  /**
   * Refuses a text that has not arrived yet and would find its owner's part of the queue full: its bytes need not be gathered.
   * @param bytes announced length.
   * Errors: `unavailable`.
   */
  assertRoom(bytes: number, owner: TextOwner): void {
    if (!this.isLarge(bytes) || this.queue.isWelcome(bytes, owner)) return;
    throw this.refused(owner);
  }

  /**
   * Resolves when a text may be parsed; its share of the budget is held until `over` aborts.
   * @param bytes length of the text.
   * @param over aborted when the values are no longer needed; while waiting, it gives the place up.
   * Errors: `unavailable` when the queue, or the owner's part of it, is full; `invalid_request` when given up.
   */
  enter(bytes: number, owner: TextOwner, over: AbortSignal): Promise<void> {
    if (!this.isLarge(bytes)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (over.aborted) throw givenUp();
      const leave = (): void => {
        this.queue.remove(waiting);
        reject(givenUp());
        this.admit();
      };
      const settle = (): void => over.removeEventListener('abort', leave);
      const waiting: Waiting = {
        bytes,
        owner,
        grant: () => {
          settle();
          this.hold(waiting, over);
          resolve();
        },
        refuse: () => {
          settle();
          reject(this.refused(owner));
        },
      };
      over.addEventListener('abort', leave, { once: true });
      this.queue.add(waiting);
      this.admit();
    });
  }

  private refused({ tenantId }: TextOwner): AppError {
    this.slowWork?.throttled({ kind: 'http.json', tenantId }, 'overloaded');
    return overloaded();
  }

  private hold({ bytes, owner: { tenantId } }: Waiting, over: AbortSignal): void {
    this.change(tenantId, bytes);
    over.addEventListener(
      'abort',
      () => {
        this.change(tenantId, -bytes);
        this.admit();
      },
      { once: true },
    );
  }

  private change(tenantId: string, bytes: number): void {
    this.heldTotal += bytes;
    const held = (this.heldBytes.get(tenantId) ?? 0) + bytes;
    if (held === 0) this.heldBytes.delete(tenantId);
    else this.heldBytes.set(tenantId, held);
  }

  private lookAgain(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.admit();
    }, RECHECK_MS);
  }

  /** Lets in whoever is next, while there is room. A large text is never overtaken: small ones would keep it out for ever. */
  private admit(): void {
    for (;;) {
      let isPaced = false;
      const next = this.queue.next(({ bytes, owner: { tenantId } }) => {
        const held = this.heldBytes.get(tenantId) ?? 0;
        if (held > 0 && held + bytes > this.limits.budgetBytes / PARTS_OF_BUDGET) return false;
        const isAllowed = this.pace?.isAllowed(tenantId) ?? true;
        isPaced ||= !isAllowed;
        return isAllowed;
      });
      if (next === null) {
        if (isPaced) this.lookAgain();
        return;
      }
      if (this.heldTotal > 0 && this.heldTotal + next.bytes > this.limits.budgetBytes) return;
      this.pace?.take(next.owner.tenantId, next.bytes);
      this.queue.remove(next);
      next.grant();
    }
  }
}

function overloaded(): AppError {
  return new AppError('unavailable', 'Too many large JSON bodies are waiting; send this one again in a moment.', {
    reason: 'overloaded',
    headers: { 'Retry-After': '1' },
  });
}

/** The error for a request whose client went away before its body was read. */
export function givenUp(): AppError {
  return new AppError('invalid_request', 'The client went away before its body was read.');
}

/** The gate of this process: its surfaces share one heap. */
export const jsonGate = new JsonGate(
  {
    budgetBytes: 8 * MIB,
    smallBytes: 16 * KIB,
    queueBytes: 64 * MIB,
    queueEntries: 256,
  },
  inputThrottle,
);
