import { CoreTurns, type TurnTaker } from './core-turns';
import { ThreadTurn } from './thread-turn';

const task = (tenantId: string): TurnTaker => ({ tenantId, turn: new ThreadTurn() });

describe('the turns of long tasks', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['performance'] }));
  afterEach(() => jest.useRealTimers());

  const turns = (tasks: readonly TurnTaker[], count: number): readonly string[] =>
    Array.from({ length: count }, () => {
      jest.advanceTimersByTime(50);
      return tasks
        .filter(({ turn }) => !turn.isPaused)
        .map((one) => `${one.tenantId}${tasks.indexOf(one)}`)
        .join(' ');
    });

  it('are shared tenant by tenant, however many tasks one has', () => {
    const shared = new CoreTurns(1);
    const tasks = [task('a'), task('a'), task('a'), task('b')];
    for (const one of tasks) shared.add(one);

    expect(tasks.map(({ turn }) => turn.isPaused)).toEqual([false, true, true, true]);
    expect(turns(tasks, 6)).toEqual(['a0', 'b3', 'a1', 'b3', 'a2', 'b3']);
  });

  it('are as many at once as there are cores for them', () => {
    const shared = new CoreTurns(2);
    const tasks = [task('a'), task('b'), task('c')];
    for (const one of tasks) shared.add(one);

    expect(turns(tasks, 3)).toEqual(['a0 b1', 'a0 c2', 'b1 c2']);
  });

  it('go to the next task at once when one ends', () => {
    const shared = new CoreTurns(1);
    const [first, second] = [task('a'), task('b')];
    shared.add(first);
    shared.add(second);
    shared.remove(first);

    expect(second.turn.isPaused).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('are not given to a task that waits for something else', async () => {
    const shared = new CoreTurns(1);
    const [asks, computes] = [task('a'), task('b')];
    const { promise, resolve } = Promise.withResolvers<void>();
    const away = asks.turn.away(promise);
    shared.add(asks);
    shared.add(computes);

    expect(turns([asks, computes], 2)).toEqual(['a0 b1', 'a0 b1']);
    resolve();
    await away;
    expect(turns([asks, computes], 4)).toEqual(['a0', 'b1', 'a0', 'b1']);
  });

  it('let a task go on that is to hear of its end', () => {
    const shared = new CoreTurns(1);
    const [first, second] = [task('a'), task('b')];
    shared.add(first);
    shared.add(second);
    expect(second.turn.isPaused).toBe(true);
    shared.remove(second);
    expect(second.turn.isPaused).toBe(false);
  });
});
