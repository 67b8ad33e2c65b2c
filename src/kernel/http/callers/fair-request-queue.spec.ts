import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { FairRequestQueue } from './fair-request-queue';

const LIMITS = { perCaller: 2, calmMs: 2, startMs: 5, maxWaiting: 3 };

/** A request queue on a clock that advances by `turnMs` with every read. */
class World {
  turnMs = 0;
  readonly started: string[] = [];
  /** The contexts in which requests were started. */
  readonly startedIn: (string | undefined)[] = [];
  private readonly context = new AsyncLocalStorage<string>();
  private now = 0;
  private readonly turns = new FairRequestQueue(LIMITS, () => (this.now += this.turnMs));

  send(caller: string, name: string): { letIn(): void; close(): void } {
    const request = {} as IncomingMessage;
    const response = new EventEmitter();
    const start = (): void => {
      this.started.push(name);
      this.startedIn.push(this.context.getStore());
    };
    this.context.run(name, () => this.turns.enter(request, response as never, start, caller));
    return { letIn: () => this.turns.letIn(request), close: () => response.emit('close') };
  }
}

/** Waits long enough for everything that can start without an event. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await turnOfLoop();
}

let world: World;

beforeEach(() => {
  world = new World();
});

afterEach(async () => {
  // Lets the requests that are still waiting start.
  world.turnMs = 0;
  await settle();
});

describe('requests of one caller on a busy main thread', () => {
  beforeEach(() => {
    world.turnMs = LIMITS.calmMs;
  });

  it('are processed two at a time until they reach their handlers, without delaying other callers', async () => {
    for (const name of ['a1', 'a2', 'a3', 'a4']) world.send('a', name);
    world.send('b', 'b1');
    await settle();
    expect(world.started).toEqual(['a1', 'a2', 'b1']);
  });

  it('start in their own async contexts, no matter how long they wait', async () => {
    const [first] = ['a1', 'a2', 'a3'].map((name) => world.send('a', name));
    first?.letIn();
    await settle();
    expect(world.startedIn).toEqual(['a1', 'a2', 'a3']);
  });

  it('start when an earlier request reaches its handler, gets a response or loses its client', async () => {
    const [first, second, third] = ['a1', 'a2', 'a3', 'a4'].map((name) => world.send('a', name));
    first?.letIn();
    first?.close();
    await settle();
    expect(world.started).toEqual(['a1', 'a2', 'a3']);
    second?.close();
    await settle();
    expect(world.started).toEqual(['a1', 'a2', 'a3', 'a4']);
    world.send('a', 'a5');
    third?.close();
    await settle();
    expect(world.started).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
  });

  it('are limited to two starts per turn of the event loop, even if each gets an immediate response', async () => {
    for (const name of ['a1', 'a2']) world.send('a', name).close();
    world.send('a', 'a3');
    expect(world.started).toEqual(['a1', 'a2']);
    await settle();
    expect(world.started).toEqual(['a1', 'a2', 'a3']);
  });

  it('do not start after their clients disconnect', async () => {
    const [first, , third] = ['a1', 'a2', 'a3', 'a4'].map((name) => world.send('a', name));
    third?.close();
    first?.close();
    await settle();
    expect(world.started).toEqual(['a1', 'a2', 'a4']);
  });

  it('are refused when too many wait', () => {
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) world.send('a', name);
    expect(() => world.send('a', 'a6')).toThrow('Too many requests from this caller are waiting');
    expect(() => world.send('b', 'b1')).not.toThrow();
  });
});

it('all requests of a caller start immediately while the main thread is not busy', async () => {
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) world.send('a', name);
  await settle();
  expect(world.started).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
});
