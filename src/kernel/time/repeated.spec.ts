import { Repeated } from './repeated';

const EVERY_MS = 1_000;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Turns that last until they are told to end. */
function slowTurns() {
  const ends: ((error?: Error) => void)[] = [];
  const failures: unknown[] = [];
  const repeated = new Repeated({
    everyMs: EVERY_MS,
    turn: () => new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve()))),
    failed: (error) => failures.push(error),
  });
  return { repeated, ends, failures };
}

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe('what is repeated', () => {
  it('begins after the first interval, and then at each', async () => {
    const { repeated, ends } = slowTurns();
    repeated.start();
    await pass(EVERY_MS - 1);
    expect(ends).toHaveLength(0);
    for (let turn = 1; turn <= 3; turn++) {
      await pass(EVERY_MS);
      expect(ends).toHaveLength(turn);
      ends.at(-1)?.();
    }
    await repeated.stop();
  });

  it('is never done twice at a time, and makes up for nothing', async () => {
    const { repeated, ends } = slowTurns();
    repeated.start();
    await pass(5 * EVERY_MS);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await pass(0);
    expect(ends).toHaveLength(1);
    await pass(EVERY_MS);
    expect(ends).toHaveLength(2);
  });

  it('goes on after a turn that failed, of which is told', async () => {
    const { repeated, ends, failures } = slowTurns();
    repeated.start();
    await pass(EVERY_MS);
    ends[0]?.(new Error('away'));
    await pass(EVERY_MS);
    expect([failures, ends.length]).toEqual([[new Error('away')], 2]);
  });

  it('is stopped when its turn has ended, and begins no other', async () => {
    const { repeated, ends } = slowTurns();
    repeated.start();
    await pass(EVERY_MS);
    let isStopped = false;
    const stopping = repeated.stop().then(() => (isStopped = true));
    await pass(3 * EVERY_MS);
    expect([repeated.stopped, isStopped, ends.length]).toEqual([true, false, 1]);
    ends[0]?.();
    await stopping;
    await pass(3 * EVERY_MS);
    expect(ends).toHaveLength(1);
  });

  it('can be stopped before it began', async () => {
    await expect(slowTurns().repeated.stop()).resolves.toBeUndefined();
  });
});
