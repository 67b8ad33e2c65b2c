import { AppError } from '../../errors/app-error';
import { type InputThrottle, inputThrottle, RECHECK_MS } from '../../threads/input-throttle';
import type { SlowWork } from '../../threads/slow-work';
import { GateQueue, type TextOwner, type Waiting } from './gate-queue';

const KIB = 1024;
const MIB = 1024 * KIB;

interface JsonGateLimits {
  /**
   * Total size of the JSON whose values may be in memory at the same time. One tenant can use half of the budget. A body that is larger
   * than the budget is parsed on its own.
   */
  readonly budgetBytes: number;
  /** A body up to this length never waits. */
  readonly smallBytes: number;
  /** Limits on waiting bodies: their total length and their number. */
  readonly queueBytes: number;
  readonly queueEntries: number;
}

/** The budget has this many parts, and a tenant can use at most one of them. */
const PARTS_OF_BUDGET = 2;

/**
 * Limits the amount of JSON whose values are in memory at the same time. A megabyte of `{},{},…` becomes fifty megabytes of objects, so
 * bodies that arrive together must not be parsed together. Bodies wait as bytes, which are cheap, and tenants are admitted in round-robin
 * order.
 */
export class JsonGate {
  private readonly queue: GateQueue;
  private readonly heldBytes = new Map<string, number>();
  private heldTotal = 0;
  private slowWork: SlowWork | null = null;
  private timer: NodeJS.Timeout | null = null;

  /** @param pace throttle for bodies while the main thread is busy; `null` for no throttle. */
  constructor(
    private readonly limits: JsonGateLimits,
    private readonly pace: Pick<InputThrottle, 'isAllowed' | 'take'> | null = null,
  ) {
    this.queue = new GateQueue({ maxBytes: limits.queueBytes, maxEntries: limits.queueEntries });
  }

  /** Reports rejections by tenant from now on. */
  reportTo(slowWork: SlowWork): void {
    this.slowWork = slowWork;
  }

  /** Returns whether a body of this length has to wait and uses a share of the budget. */
  isLarge(bytes: number): boolean {
    return bytes > this.limits.smallBytes;
  }

  /**
   * Rejects a body that has not arrived yet if its owner's part of the queue is full, so that its bytes need not be buffered.
   * @param bytes declared length. Errors: `unavailable`.
   */
  assertRoom(bytes: number, owner: TextOwner): void {
    if (!this.isLarge(bytes) || this.queue.isWelcome(bytes, owner)) return;
    throw this.refused(owner);
  }

  /**
   * Resolves when a body can be parsed. The body keeps its share of the budget until `over` aborts.
   * @param bytes length of the body.
   * @param over aborts when the values are no longer needed, or to stop waiting. Errors: `unavailable` if the queue or the owner's part of
   * it is full; `invalid_request` if aborted.
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

  /**
   * Admits the next bodies while there is room. A large body is never overtaken, because otherwise smaller bodies could block it forever.
   */
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
  return new AppError('unavailable', 'Too many large JSON bodies are waiting; retry in a moment.', {
    reason: 'overloaded',
    headers: { 'Retry-After': '1' },
  });
}

/** Returns the error for a request whose client disconnected before its body was read. */
export function givenUp(): AppError {
  return new AppError('invalid_request', 'The client disconnected before its body was read.');
}

/**
 * The abort reason for a request whose response has been sent. It is a constant, because an error for each request would cost 6 µs for its
 * stack trace.
 */
export const ANSWERED = 'The request was answered.';

/** The gate of this process. All its surfaces share one heap. */
export const jsonGate = new JsonGate(
  {
    budgetBytes: 8 * MIB,
    smallBytes: 16 * KIB,
    queueBytes: 64 * MIB,
    queueEntries: 256,
  },
  inputThrottle,
);
