import { ScheduledTask } from './scheduled-task';

const EVERY_MS = 1_000;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Turns that last until they are told to end. */
function slowTurns() {
  const ends: ((error?: Error) => void)[] = [];
  const failures: unknown[] = [];
  const task = new ScheduledTask({
    everyMs: EVERY_MS,
    jitter: 0,
    turn: () => new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve()))),
    failed: (error) => failures.push(error),
  });
  return { task, ends, failures };
}

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe('a scheduled task', () => {
  it('begins after the first interval, and then at each', async () => {
    const { task, ends } = slowTurns();
    task.start();
    await pass(EVERY_MS - 1);
    expect(ends).toHaveLength(0);
    for (let turn = 1; turn <= 3; turn++) {
      await pass(EVERY_MS);
      expect(ends).toHaveLength(turn);
      ends.at(-1)?.();
    }
    await task.stop();
  });

  it('is never done twice at a time, and makes up for nothing', async () => {
    const { task, ends } = slowTurns();
    task.start();
    await pass(5 * EVERY_MS);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await pass(0);
    expect(ends).toHaveLength(1);
    await pass(EVERY_MS);
    expect(ends).toHaveLength(2);
  });

  it('goes on after a turn that failed, of which is told', async () => {
    const { task, ends, failures } = slowTurns();
    task.start();
    await pass(EVERY_MS);
    ends[0]?.(new Error('away'));
    await pass(EVERY_MS);
    expect([failures, ends.length]).toEqual([[new Error('away')], 2]);
  });

  it('is stopped when its turn has ended, and begins no other', async () => {
    const { task, ends } = slowTurns();
    task.start();
    await pass(EVERY_MS);
    let isStopped = false;
    const stopping = task.stop().then(() => (isStopped = true));
    await pass(3 * EVERY_MS);
    expect([isStopped, ends.length]).toEqual([false, 1]);
    ends[0]?.();
    await stopping;
    await pass(3 * EVERY_MS);
    expect(ends).toHaveLength(1);
  });

  it('can be stopped before it began', async () => {
    await expect(slowTurns().task.stop()).resolves.toBeUndefined();
  });

  it('comes sooner by chance, so that those that began together do not all come at once', async () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(1);
    let turns = 0;
    const task = new ScheduledTask({ everyMs: EVERY_MS, jitter: 0.5, turn: () => void turns++, failed: fail });
    task.start();
    await pass(EVERY_MS / 2);
    expect(turns).toBe(1);
    await task.stop();
    random.mockRestore();
  });

  it('tells a turn that runs to end', async () => {
    const signals: AbortSignal[] = [];
    const task = new ScheduledTask({
      everyMs: EVERY_MS,
      turn: (signal) => void signals.push(signal),
      failed: fail,
    });
    task.start();
    await pass(EVERY_MS);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await task.stop();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

function fail(error: unknown): never {
  throw error;
}
