import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../errors/app-error';
import { knownCallers } from './known-callers';

interface FairRequestQueueLimits {
  /** Requests of one caller that may be before their handlers at a time. */
  readonly perCaller: number;
  /** A turn of the event loop below this time has room for one more request of each caller who waits. */
  readonly calmMs: number;
  /** Time in which one turn of the event loop starts requests that waited; the others wait for the next. */
  readonly startMs: number;
  /** Requests of one caller that may wait at a time. */
  readonly maxWaiting: number;
}

interface QueuedRequest {
  readonly caller: string;
  start: () => void;
  state: 'waiting' | 'begun' | 'over';
}

interface Caller {
  begun: number;
  /** Those that began in this turn of the event loop, whether they are over or not. */
  begunInTurn: number;
  readonly waiting: Set<QueuedRequest>;
}

const QUEUE_ENTRY = Symbol('turn');

interface RequestWithEntry extends IncomingMessage {
  [QUEUE_ENTRY]?: QueuedRequest;
}

/**
 * A fair request queue, by caller: requests begin in round robin over callers, so that whoever sends hundreds at a time does
 * not stand in front of everybody else at each step of theirs. Of each caller two requests are on their way to a handler at
 * a time, and more as long as the main thread has time. A turn ends when the guards have let the request in, or when it is
 * answered: a handler may take its time.
 *
 * The caller is the tenant of a token that was let in before, else the address: nothing of a new token is proven.
 */
export class FairRequestQueue {
  /** Callers with requests, the next one first. */
  private readonly callers = new Map<string, Caller>();
  private waiting = 0;
  private isScheduled = false;

  /** @param nowMs monotonic time. */
  constructor(
    private readonly limits: FairRequestQueueLimits,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /**
   * Starts a request in its caller's turn, at once if it has one; not at all when its client has gone before.
   * @param name of the caller.
   * Errors: `rate_limited`, thrown, when too many requests of the caller wait.
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
      // It is started in the turn of another request, whose trace it must not join.
      turn.start = AsyncLocalStorage.bind(start);
      caller.waiting.add(turn);
      this.waiting += 1;
    } else this.begin(turn, caller);
    this.schedule();
  }

  /** Ends the turn of a request that the guards have let in. */
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
      // Nothing waits for events while an immediate is due, so that this is the time that others have used.
      this.nextTurn(this.nowMs() - since < this.limits.calmMs);
      if (this.waiting > 0) this.schedule();
    });
  }

  /** Starts one request of each caller that has a turn, in round robin. */
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
      // To the end of the round.
      this.callers.delete(name);
      this.callers.set(name, caller);
      this.begin(turn, caller);
    }
  }
}

function tooMany(): AppError {
  return new AppError(
    'rate_limited',
    'Too many requests of this caller are waiting; send this one again in a moment.',
    {
      headers: { 'Retry-After': '1' },
    },
  );
}

/** The turns of this process: its surfaces share one main thread. */
export const fairRequestQueue = new FairRequestQueue({
  perCaller: 2,
  calmMs: 2,
  startMs: 5,
  maxWaiting: 1_000,
});
