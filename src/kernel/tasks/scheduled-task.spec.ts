import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../../test/support/eventually';
import { ScheduledTask } from './scheduled-task';

const EVERY_MS = 20;
/** Long enough for several turns to begin. */
const LONG_MS = 5 * EVERY_MS;

/** Turns that run until the test ends them. */
function slowTurns() {
  const ends: ((error?: Error) => void)[] = [];
  const failures: unknown[] = [];
  const task = new ScheduledTask({
    everyMs: EVERY_MS,
    jitter: 0,
    turn: () => new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve()))),
    failed: (error) => failures.push(error),
  });
  const begun = (count: number): Promise<void> => eventually(() => expect(ends).toHaveLength(count));
  return { task, ends, failures, begun };
}

describe('a scheduled task', () => {
  it('runs after the first interval, then at each interval', async () => {
    const { task, ends, begun } = slowTurns();
    const delays = jest.spyOn(globalThis, 'setTimeout');
    const startedMs = performance.now();
    task.start();
    expect(delays.mock.calls.map(([, ms]) => ms)).toEqual([EVERY_MS]);
    delays.mockRestore();
    for (let turn = 1; turn <= 3; turn++) {
      await begun(turn);
      // A Node timer may fire a millisecond early.
      expect(performance.now() - startedMs).toBeGreaterThanOrEqual(turn * (EVERY_MS - 1));
      ends.at(-1)?.();
    }
    await task.stop();
  });

  it('never runs concurrently and does not make up for missed turns', async () => {
    const { task, ends, begun } = slowTurns();
    task.start();
    await begun(1);
    await sleep(LONG_MS);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await begun(2);
    await sleep(LONG_MS);
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await task.stop();
  });

  it('continues after a failed turn, and reports the failure', async () => {
    const { task, ends, failures, begun } = slowTurns();
    task.start();
    await begun(1);
    ends[0]?.(new Error('away'));
    await begun(2);
    expect(failures).toEqual([new Error('away')]);
    ends[1]?.();
    await task.stop();
  });

  it('stops when its current turn has ended, and does not start another turn', async () => {
    const { task, ends, begun } = slowTurns();
    task.start();
    await begun(1);
    let isStopped = false;
    const stopping = task.stop().then(() => (isStopped = true));
    await sleep(LONG_MS);
    expect([isStopped, ends.length]).toEqual([false, 1]);
    ends[0]?.();
    await stopping;
    await sleep(LONG_MS);
    expect(ends).toHaveLength(1);
  });

  it('can be stopped before its first turn', async () => {
    await expect(slowTurns().task.stop()).resolves.toBeUndefined();
  });

  it('starts early at random, so that tasks that started together do not all run simultaneously', async () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(1);
    const delays = jest.spyOn(globalThis, 'setTimeout');
    const task = new ScheduledTask({ everyMs: EVERY_MS, jitter: 0.5, turn: () => undefined, failed: fail });
    task.start();
    expect(delays.mock.calls.map(([, ms]) => ms)).toEqual([EVERY_MS / 2]);
    delays.mockRestore();
    random.mockRestore();
    await task.stop();
  });

  it('signals its turn to end when it stops', async () => {
    const signals: AbortSignal[] = [];
    const task = new ScheduledTask({
      everyMs: EVERY_MS,
      turn: (signal) => void signals.push(signal),
      failed: fail,
    });
    task.start();
    const aborted = await eventually(() => {
      expect(signals).not.toEqual([]);
      return signals.map((signal) => signal.aborted);
    });
    expect(new Set(aborted)).toEqual(new Set([false]));
    await task.stop();
    expect(signals.at(-1)?.aborted).toBe(true);
  });
});

function fail(error: unknown): never {
  throw error;
}
