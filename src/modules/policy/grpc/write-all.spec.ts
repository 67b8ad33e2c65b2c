import { setImmediate } from 'node:timers/promises';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { writeAll } from './write-all';

/** A client that reads a message when it is told to. */
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

const settled = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await setImmediate();
};

describe('a server stream', () => {
  it('asks for the next message when the one before has gone out, and completes', async () => {
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

  it('ends its source when the client goes, also in the middle of a message', async () => {
    const client = new SlowClient();
    const { state, numbers } = source();
    const subscription = writeAll(client.call, numbers, (n) => n).subscribe();
    await settled();
    subscription.unsubscribe();
    await settled();
    expect([client.arrived, state.ended]).toEqual([[1], true]);
  });

  it('hands the error of its source on', async () => {
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
