import { setImmediate as nextTurn } from 'node:timers/promises';
import { KeyQueues } from './key-queues';

/** Calls with the same key, and counts of their attempts and lookups. */
class World {
  readonly queues = new KeyQueues();
  attempts = 0;
  looks = 0;
  private stored: string | null = null;

  /** @param succeedsAt the number of the attempt that succeeds. */
  constructor(private readonly succeedsAt: number) {}

  call(): Promise<string> {
    return this.queues.run('key', {
      attempt: async () => {
        this.attempts += 1;
        const attempt = this.attempts;
        await nextTurn();
        if (attempt < this.succeedsAt) throw new Error('Not yet.');
        return (this.stored = `answer ${attempt}`);
      },
      replay: async () => {
        this.looks += 1;
        await nextTurn();
        return this.stored === null ? null : { answer: this.stored };
      },
    });
  }

  /** Runs this many concurrent calls and returns how often each outcome occurred. */
  async calls(count: number): Promise<Record<string, number>> {
    const settled = await Promise.allSettled(Array.from({ length: count }, () => this.call()));
    const outcomes: Record<string, number> = {};
    for (const one of settled) {
      const outcome = one.status === 'fulfilled' ? one.value : (one.reason as Error).message;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    return outcomes;
  }
}

describe('calls with the same key', () => {
  it('that fail make one attempt and at most one lookup each', async () => {
    const world = new World(Infinity);
    expect(await world.calls(100)).toEqual({ 'Not yet.': 100 });
    expect(world).toMatchObject({ attempts: 100, looks: 99 });
  });

  it('share the response of the first call that succeeds', async () => {
    const world = new World(3);
    expect(await world.calls(50)).toEqual({ 'Not yet.': 2, 'answer 3': 48 });
    expect(world).toMatchObject({ attempts: 3, looks: 49 });
  });

  it('wait in a queue of up to a hundred; further calls are refused until there is room', async () => {
    const world = new World(Infinity);
    const first = world.calls(101);
    await expect(world.call()).rejects.toMatchObject({ code: 'conflict', headers: { 'Retry-After': '1' } });
    await first;
    expect(world.attempts).toBe(101);
    await expect(world.call()).rejects.toThrow('Not yet.');
  });

  it('continue if looking up the response fails', async () => {
    const queues = new KeyQueues();
    const broken = {
      attempt: (): Promise<string> => Promise.reject(new Error('attempt')),
      replay: (): Promise<null> => Promise.reject(new Error('replay')),
    };
    const settled = await Promise.allSettled([1, 2, 3].map(() => queues.run('key', broken)));
    expect(settled.map((one) => (one.status === 'rejected' ? (one.reason as Error).message : ''))).toEqual([
      'attempt',
      'replay',
      'replay',
    ]);
    await expect(queues.run('key', { ...broken, attempt: () => Promise.resolve('done') })).resolves.toBe('done');
  });
});
