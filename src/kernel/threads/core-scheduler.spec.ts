import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../../test/support/eventually';
import { CoreScheduler } from './core-scheduler';
import { ThreadPause } from './thread-pause';

/** Longer than a few turns. */
const LONG_MS = 250;

describe('the turns of long tasks', () => {
  /** The tasks that got a turn, in order. */
  const given: string[] = [];
  beforeEach(() => void given.splice(0));

  class SeenTurn extends ThreadPause {
    constructor(private readonly task: string) {
      super();
    }

    override resume(): void {
      given.push(this.task);
      super.resume();
    }
  }

  const taskOf = (name: string) => ({ tenantId: name.charAt(0), turn: new SeenTurn(name) });

  /** Returns the tasks of the first turns, in order. */
  async function firstTurns(
    shared: CoreScheduler,
    names: readonly string[],
    count: number,
  ): Promise<readonly string[]> {
    const tasks = names.map(taskOf);
    for (const one of tasks) shared.add(one);
    await eventually(() => expect(given.length).toBeGreaterThanOrEqual(count));
    for (const one of tasks) shared.remove(one);
    return given.slice(0, count);
  }

  it('are shared between tenants, no matter how many tasks one tenant has', async () => {
    const turns = await firstTurns(new CoreScheduler(1), ['a0', 'a1', 'a2', 'b0'], 6);
    expect(turns).toEqual(['a0', 'b0', 'a1', 'b0', 'a2', 'b0']);
  });

  it('run concurrently on all available cores', async () => {
    const turns = await firstTurns(new CoreScheduler(2), ['a0', 'b0', 'c0'], 6);
    expect(turns).toEqual(['a0', 'b0', 'c0', 'a0', 'b0', 'c0']);
  });

  it('start with as many tasks as there are cores', () => {
    const shared = new CoreScheduler(1);
    const tasks = ['a0', 'a1', 'b0'].map(taskOf);
    for (const one of tasks) shared.add(one);
    expect(tasks.map(({ turn }) => turn.isPaused)).toEqual([false, true, true]);
    for (const one of tasks) shared.remove(one);
  });

  it('pass to the next task as soon as a task ends, and a single task keeps its core', async () => {
    const shared = new CoreScheduler(1);
    const [first, second] = [taskOf('a0'), taskOf('b0')];
    shared.add(first);
    shared.add(second);
    shared.remove(first);

    expect(second.turn.isPaused).toBe(false);
    const turns = given.length;
    await sleep(LONG_MS);
    expect(given).toHaveLength(turns);
  });

  it('are not assigned to a task that is waiting for other work', async () => {
    const shared = new CoreScheduler(1);
    const [asks, computes] = [taskOf('a0'), taskOf('b0')];
    const { promise, resolve } = Promise.withResolvers<void>();
    const away = asks.turn.awaitUnscheduled(promise);
    shared.add(asks);
    shared.add(computes);

    await eventually(() => expect(given.length).toBeGreaterThan(2));
    expect(new Set(given)).toEqual(new Set(['b0']));
    expect([asks, computes].map(({ turn }) => turn.isPaused)).toEqual([false, false]);
    resolve();
    await away;
    await eventually(() => expect(given.slice(-4)).toEqual(['a0', 'b0', 'a0', 'b0']));
    shared.remove(asks);
  });

  it('resume a paused task that is removed, so that it can end', () => {
    const shared = new CoreScheduler(1);
    const [first, second] = [taskOf('a0'), taskOf('b0')];
    shared.add(first);
    shared.add(second);
    expect(second.turn.isPaused).toBe(true);
    shared.remove(second);
    expect(second.turn.isPaused).toBe(false);
  });
});
