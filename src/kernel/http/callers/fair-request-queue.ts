import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../errors/app-error';
import { knownCallers } from './known-callers';

interface FairRequestQueueLimits {
  /** Maximum number of one caller's requests that have started but have not reached their handlers. */
  readonly perCaller: number;
  /** If a turn of the event loop is shorter than this, it can start another request for each waiting caller. */
  readonly calmMs: number;
  /**
   * Maximum time that one turn of the event loop spends on starting requests that are waiting. The remaining requests wait for the next
   * turn.
   */
  readonly startMs: number;
  /** Maximum number of one caller's waiting requests. */
  readonly maxWaiting: number;
}

interface QueuedRequest {
  readonly caller: string;
  start: () => void;
  state: 'waiting' | 'begun' | 'over';
}

interface Caller {
  begun: number;
  /** Requests that began in this turn of the event loop, including finished requests. */
  begunInTurn: number;
  readonly waiting: Set<QueuedRequest>;
}

const QUEUE_ENTRY = Symbol('turn');

interface RequestWithEntry extends IncomingMessage {
  [QUEUE_ENTRY]?: QueuedRequest;
}

/**
 * A request queue that is fair to all callers. Requests begin in round-robin order of callers, so that a caller with hundreds of
 * simultaneous requests does not delay all others at each step. For each caller, at most two requests at a time are on their way to a
 * handler, or more while the main thread is not busy. A turn ends when the guards have admitted the request or its response has been sent.
 * It does not wait for the handler, which can take any amount of time.
 *
 * The caller is the tenant of a previously admitted token, otherwise the address, because a new token has not been verified yet.
 */
export class FairRequestQueue {
  /** Callers with requests; the next caller comes first. */
  private readonly callers = new Map<string, Caller>();
  private waiting = 0;
  private isScheduled = false;

  /** @param nowMs monotonic time. */
  constructor(
    private readonly limits: FairRequestQueueLimits,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /**
   * Starts a request when it is its caller's turn, or immediately if possible. Does not start it if its client has disconnected by then.
   * @param name the name of the caller. Errors: throws `rate_limited` if too many requests of the caller are waiting.
   */
  enter(
    request: IncomingMessage,
    response: Pick<ServerResponse, 'once'>,
    start: () => void,
    name = knownCallers.nameOf(request),
  ): void {
    const caller = this.callers.get(name) ?? { begun: 0, begunInTurn: 0, waiting: new Set() };
    if (caller.waiting.size >= this.limits.maxWaiting) throw tooMany();
    this.callers.set(name, caller);
    const turn: QueuedRequest = { caller: name, start, state: 'waiting' };
    (request as RequestWithEntry)[QUEUE_ENTRY] = turn;
    response.once('close', () => {
      this.end(turn);
    });
    const { perCaller } = this.limits;
    if (caller.waiting.size > 0 || caller.begun >= perCaller || caller.begunInTurn >= perCaller) {
      // The request starts in the turn of another request, whose trace it must not join.
      turn.start = AsyncLocalStorage.bind(start);
      caller.waiting.add(turn);
      this.waiting += 1;
    } else this.begin(turn, caller);
    this.schedule();
  }

  /** Ends the turn of a request that the guards have admitted. */
  letIn(request: IncomingMessage): void {
    const turn = (request as RequestWithEntry)[QUEUE_ENTRY];
    if (turn) this.end(turn);
  }

  private begin(turn: QueuedRequest, caller: Caller): void {
    turn.state = 'begun';
    caller.begun += 1;
    caller.begunInTurn += 1;
    turn.start();
  }

  private end(turn: QueuedRequest): void {
    const caller = this.callers.get(turn.caller);
    if (turn.state === 'over' || caller === undefined) return;
    if (turn.state === 'begun') caller.begun -= 1;
    else if (caller.waiting.delete(turn)) this.waiting -= 1;
    turn.state = 'over';
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    const since = this.nowMs();
    setImmediate(() => {
      this.isScheduled = false;
      // The event loop does not wait for events while an immediate is due, so this is the time that was spent on other work.
      this.nextTurn(this.nowMs() - since < this.limits.calmMs);
      if (this.waiting > 0) this.schedule();
    });
  }

  /** Starts one request for each caller whose turn it is, in round-robin order. */
  private nextTurn(isCalm: boolean): void {
    const began = this.nowMs();
    for (const [name, caller] of [...this.callers]) {
      caller.begunInTurn = 0;
      const [turn] = caller.waiting;
      if (turn === undefined) {
        if (caller.begun === 0) this.callers.delete(name);
        continue;
      }
      const hasTurn = isCalm || caller.begun < this.limits.perCaller;
      if (!hasTurn || this.nowMs() - began >= this.limits.startMs) continue;
      caller.waiting.delete(turn);
      this.waiting -= 1;
      // Moves the caller to the end of the round.
      this.callers.delete(name);
      this.callers.set(name, caller);
      this.begin(turn, caller);
    }
  }
}

function tooMany(): AppError {
  return new AppError('rate_limited', 'Too many requests from this caller are waiting; retry in a moment.', {
    headers: { 'Retry-After': '1' },
  });
}

/** The request queue of this process. All its surfaces share one main thread. */
export const fairRequestQueue = new FairRequestQueue({
  perCaller: 2,
  calmMs: 2,
  startMs: 5,
  maxWaiting: 1_000,
});
