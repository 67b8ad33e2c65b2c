import { outage } from '../../../kernel/errors/app-error';
import type { JsonValue } from '../contract/job.types';
import type { RunKey } from '../storage/dispatch.repository';
import type { DoneStep, StepsRepository } from '../storage/steps.repository';
import { StepStore } from './step-store';

type Kept = RunKey & DoneStep;

/** A step store in memory. While there are `faults`, each call fails with the next fault. */
class MemorySteps implements Pick<StepsRepository, 'keep' | 'of'> {
  readonly kept: Kept[] = [];
  readonly faults: Error[] = [];
  reads = 0;
  /** The fence under which the job is held. */
  fence = 1;

  keep(steps: readonly Kept[]): Promise<ReadonlySet<string>> {
    const fault = this.faults.shift();
    if (fault) return Promise.reject(fault);
    const fit = steps.filter(({ fence }) => fence === this.fence);
    this.kept.push(...fit);
    return Promise.resolve(new Set(fit.map(({ id, number }) => `${id} ${number}`)));
  }

  of({ id }: RunKey): Promise<readonly DoneStep[]> {
    this.reads += 1;
    const fault = this.faults.shift();
    if (fault) return Promise.reject(fault);
    return Promise.resolve(this.kept.filter((step) => step.id === id));
  }
}

const going = new AbortController().signal;
const run = (fence: number): RunKey => ({ tenantId: 'tnt-a', id: 'job-a', fence });

let memory: MemorySteps;
let store: StepStore;

beforeEach(() => {
  memory = new MemorySteps();
  store = new StepStore(memory as unknown as StepsRepository);
});

/**
 * Performs steps with these names, in order. Their work returns these values. Returns the result of each step, and the names of the steps
 * whose work ran.
 */
async function take(fence: number, steps: Readonly<Record<string, JsonValue | undefined>>) {
  const step = store.stepsOf(run(fence), fence === 1, going);
  const done: string[] = [];
  const given: (JsonValue | undefined)[] = [];
  for (const [name, value] of Object.entries(steps)) {
    const work = () => {
      done.push(name);
      return Promise.resolve(value);
    };
    given.push(await step(name, work));
  }
  return { done, given };
}

describe('the steps of a run', () => {
  it('run only once and return the same result to a later run', async () => {
    await take(1, { a: 1, b: null });
    memory.fence = 2;
    expect(await take(2, { a: 9, b: 9, c: 'new' })).toEqual({ done: ['c'], given: [1, null, 'new'] });
  });

  it('are not read for a job without an earlier run', async () => {
    await take(1, { a: 1 });
    expect(memory.reads).toBe(0);
  });

  it('are read again until the store is available', async () => {
    await take(1, { a: 1 });
    memory.fence = 2;
    memory.faults.push(outage('overloaded', { message: 'away' }));
    expect(await take(2, { a: 9 })).toEqual({ done: [], given: [1] });
  });

  it('return the same result to the first run as to a later run', async () => {
    const { given } = await take(1, { a: { kept: 1, left: undefined }, b: 'nul \0' });
    expect(given).toEqual([{ kept: 1 }, 'nul \uFFFD']);
    expect(Object.keys(given[0] as object)).toEqual(['kept']);
  });

  it('do not run when the previous run had different steps', async () => {
    await take(1, { a: 1 });
    memory.fence = 2;
    await expect(take(2, { b: 2 })).rejects.toThrow('Step 1 was a and is now b.');
  });

  it('end the run when a different run holds its job', async () => {
    memory.fence = 2;
    await expect(take(1, { a: 1 })).rejects.toMatchObject({ name: 'JobStop', why: 'lost' });
    expect(memory.kept).toEqual([]);
  });

  it('are not stored when they fail', async () => {
    const step = store.stepsOf(run(1), true, going);
    await expect(step('a', () => Promise.reject(new Error('not today')))).rejects.toThrow('not today');
    expect(memory.kept).toEqual([]);
  });

  it('wait while the store is unavailable, until the run ends', async () => {
    memory.faults.push(outage('overloaded', { message: 'away' }));
    expect(await take(1, { a: 1 })).toEqual({ done: ['a'], given: [1] });
    const over = new AbortController();
    over.abort();
    memory.faults.push(outage('overloaded', { message: 'away' }));
    await expect(store.stepsOf(run(1), true, over.signal)('b', () => Promise.resolve(2))).rejects.toThrow('away');
  });
});
