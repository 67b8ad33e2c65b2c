import { setImmediate } from 'node:timers/promises';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { Gauge } from 'prom-client';
import { eventually } from '../../../test/support/eventually';
import { AppError } from '../errors/app-error';
import { ServerStreams, type StreamOwner } from './server-streams';

/** A client that reads one message at a time, on request. */
class SlowClient {
  readonly arrived: number[] = [];
  private readonly waiting: (() => void)[] = [];

  write(message: number, written: () => void): boolean {
    this.arrived.push(message);
    this.waiting.push(written);
    return false;
  }

  read(): void {
    this.waiting.shift()?.();
  }

  get call(): ServerWritableStream<unknown, number> {
    return this as unknown as ServerWritableStream<unknown, number>;
  }
}

function source() {
  const state = { asked: 0, ended: false };
  async function* numbers(signal: AbortSignal): AsyncGenerator<number> {
    try {
      for (let n = 1; n <= 3 && !signal.aborted; n++) {
        state.asked = n;
        yield n;
      }
    } finally {
      state.ended = true;
    }
  }
  return { state, numbers };
}

const OWNER: StreamOwner = { caller: { name: 'billing', onlyTenant: null }, tenantId: 'ten-1' };
const openStreams = new Gauge({ name: 'open', help: 'open', registers: [] });
const everywhereActive = { isActive: async () => true };

/** Writes a source to a call, for tests that depend only on the source. */
const writeAll = <Item, Message>(
  call: ServerWritableStream<unknown, Message>,
  numbers: (signal: AbortSignal) => AsyncIterable<Item>,
  toMessage: (item: Item) => Message,
) => new ServerStreams(everywhereActive, openStreams).write(call, OWNER, numbers, toMessage);

const settled = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await setImmediate();
};

describe('a server stream', () => {
  it('requests the next message once the previous one has been sent, then completes', async () => {
    const client = new SlowClient();
    const { state, numbers } = source();
    let completed = false;
    writeAll(client.call, numbers, (n) => n * 10).subscribe({ complete: () => (completed = true) });
    await settled();
    expect([client.arrived, state.asked]).toEqual([[10], 1]);
    client.read();
    await settled();
    expect([client.arrived, state.asked]).toEqual([[10, 20], 2]);
    client.read();
    await settled();
    client.read();
    await settled();
    expect([client.arrived, completed]).toEqual([[10, 20, 30], true]);
  });

  it('ends its source when the client disconnects, even in the middle of a message', async () => {
    const client = new SlowClient();
    const { state, numbers } = source();
    const subscription = writeAll(client.call, numbers, (n) => n).subscribe();
    await settled();
    subscription.unsubscribe();
    await settled();
    expect([client.arrived, state.ended]).toEqual([[1], true]);
  });

  it('passes on an error from its source', async () => {
    const fault = new Error('away');
    async function* failing(): AsyncGenerator<number> {
      await Promise.resolve();
      yield 1;
      throw fault;
    }
    const client = new SlowClient();
    let error: unknown = null;
    writeAll(client.call, failing, (n) => n).subscribe({ error: (thrown: unknown) => (error = thrown) });
    await settled();
    client.read();
    await settled();
    expect(error).toBe(fault);
  });
});

describe('the streams of a process', () => {
  /** Creates a source that yields no messages and records when it ends. */
  function silent() {
    const state = { ended: false };
    async function* nothing(signal: AbortSignal): AsyncGenerator<number> {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      state.ended = true;
      yield* [];
    }
    return { state, nothing };
  }

  const open = (streams: ServerStreams, owner: StreamOwner = OWNER) => {
    const { state, nothing } = silent();
    const seen: { error: unknown } = { error: null };
    const subscription = streams
      .write(new SlowClient().call, owner, nothing, (n) => n)
      .subscribe({ error: (error: unknown) => (seen.error = error) });
    return { state, seen, close: () => subscription.unsubscribe() };
  };

  it('end when the process stops, and no new streams can open', async () => {
    const streams = new ServerStreams(everywhereActive, openStreams);
    const first = open(streams);
    streams.drain();
    await settled();
    expect(first.seen.error).toMatchObject({ code: 'unavailable' });
    expect(first.state.ended).toBe(true);
    expect(open(streams).seen.error).toMatchObject({ code: 'unavailable' });
  });

  it("end when their tenant is suspended, unlike other tenants' streams", async () => {
    const active = new Set(['ten-1', 'ten-2']);
    const streams = new ServerStreams({ isActive: async (id) => active.has(id) }, openStreams);
    const [one, two] = [open(streams), open(streams, { ...OWNER, tenantId: 'ten-2' })];
    active.delete('ten-1');
    await eventually(() => expect(one.seen.error).toMatchObject({ code: 'forbidden' }));
    expect([one.state.ended, two.seen.error, two.state.ended]).toEqual([true, null, false]);
    two.close();
  });

  it.each<[string, StreamOwner, string]>([
    [
      'the certificate of their caller expires',
      { ...OWNER, caller: { ...OWNER.caller, expiresAtMs: 1 } },
      'unauthorized',
    ],
    [
      'their caller loses access',
      { ...OWNER, mayGoOn: () => Promise.reject(new AppError('invalid_token', 'Revoked.')) },
      'invalid_token',
    ],
    ['the check of their caller fails', { ...OWNER, mayGoOn: () => Promise.reject(new Error('no store')) }, 'internal'],
  ])('end when %s', async (_when, owner, code) => {
    const stream = open(new ServerStreams(everywhereActive, openStreams), owner);
    await eventually(() => expect(stream.seen.error).toMatchObject({ code }));
    expect(stream.state.ended).toBe(true);
  });

  it('are limited per caller, not counting streams that have ended', () => {
    const streams = new ServerStreams(everywhereActive, openStreams);
    const opened = Array.from({ length: 256 }, () => open(streams));
    expect(opened.every(({ seen }) => seen.error === null)).toBe(true);
    expect(open(streams).seen.error).toMatchObject({ code: 'rate_limited' });
    const other = open(streams, { ...OWNER, caller: { name: 'reports', onlyTenant: null } });
    expect(other.seen.error).toBeNull();
    opened[0]?.close();
    const again = open(streams);
    expect(again.seen.error).toBeNull();
    for (const stream of [...opened, other, again]) stream.close();
  });
});
