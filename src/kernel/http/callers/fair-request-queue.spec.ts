import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { FairRequestQueue } from './fair-request-queue';

const LIMITS = { perCaller: 2, calmMs: 2, startMs: 5, maxWaiting: 3 };

/** Request turns on a clock that goes on by `turnMs` whenever it is read. */
class World {
  turnMs = 0;
  readonly started: string[] = [];
  /** The contexts that requests were started in. */
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

/** Long enough for everything that can start without an event. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await turnOfLoop();
}

let world: World;

beforeEach(() => {
  world = new World();
});

afterEach(async () => {
  // Whoever still waits goes on.
  world.turnMs = 0;
  await settle();
});

describe('requests of one caller on a busy main thread', () => {
  beforeEach(() => {
    world.turnMs = LIMITS.calmMs;
  });

  it('are two at a time before their handlers, and others do not wait for them', async () => {
    for (const name of ['a1', 'a2', 'a3', 'a4']) world.send('a', name);
    world.send('b', 'b1');
    await settle();
    expect(world.started).toEqual(['a1', 'a2', 'b1']);
  });

  it('are started in their own contexts, however long they wait', async () => {
    const [first] = ['a1', 'a2', 'a3'].map((name) => world.send('a', name));
    first?.letIn();
    await settle();
    expect(world.startedIn).toEqual(['a1', 'a2', 'a3']);
  });

  it('follow when one was let in, was answered or has lost its client', async () => {
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

  it('begin two in a turn of the event loop, though each is answered at once', async () => {
    for (const name of ['a1', 'a2']) world.send('a', name).close();
    world.send('a', 'a3');
    expect(world.started).toEqual(['a1', 'a2']);
    await settle();
    expect(world.started).toEqual(['a1', 'a2', 'a3']);
  });

  it('do not start once their clients have gone', async () => {
    const [first, , third] = ['a1', 'a2', 'a3', 'a4'].map((name) => world.send('a', name));
    third?.close();
    first?.close();
    await settle();
    expect(world.started).toEqual(['a1', 'a2', 'a4']);
  });

  it('are refused when too many wait', () => {
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) world.send('a', name);
    expect(() => world.send('a', 'a6')).toThrow('Too many requests of this caller are waiting');
    expect(() => world.send('b', 'b1')).not.toThrow();
  });
});

it('all requests of a caller start while the main thread has time', async () => {
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) world.send('a', name);
  await settle();
  expect(world.started).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
});
