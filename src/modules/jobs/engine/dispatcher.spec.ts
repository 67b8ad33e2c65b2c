import { Gauge } from 'prom-client';
import { SILENT_LOGGER } from '../../../kernel/telemetry/logger';
import type { JobRunner } from '../contract/job-runner';
import type { JobsConfig } from '../jobs.config';
import type { DispatchRepository, TakeOrder } from '../storage/dispatch.repository';
import type { JobRow } from '../storage/job.row';
import { Dispatcher } from './dispatcher';
import { HeldRuns } from './held-runs';
import type { RunnerRegistry } from './runner-registry';

interface Answer {
  readonly jobs: readonly string[];
  readonly lookedUpTo: string | null;
}

const SLOTS = 4;
const RUNNER = { type: 'sync', slots: SLOTS, startsItself: false } as JobRunner;
const running = new Gauge({ name: 'running', help: 'running', labelNames: ['type'], registers: [] });

/** A dispatcher with four places and a store that answers these, and nothing more. */
function begin(answers: Answer[]) {
  const orders: TakeOrder[] = [];
  const held = new HeldRuns(running);
  const given: string[] = [];
  const take = (order: TakeOrder) => {
    orders.push(order);
    const { jobs, lookedUpTo } = answers.shift() ?? { jobs: [], lookedUpTo: null };
    return Promise.resolve({ jobs: jobs.map((id) => ({ id, type: 'sync' }) as JobRow), lookedUpTo });
  };
  const dispatcher = new Dispatcher(
    { take } as unknown as DispatchRepository,
    { all: () => [RUNNER] } as unknown as RunnerRegistry,
    held,
    { JOBS_TENANT_CONCURRENCY: 20 } as JobsConfig,
    SILENT_LOGGER,
  );
  const give = (jobs: readonly JobRow[]): void => {
    for (const { id } of jobs) {
      held.add({ key: { tenantId: 'tnt', id, fence: 1 }, type: 'sync', stop: new AbortController() });
      given.push(id);
    }
  };
  dispatcher.start('exe', give);
  return { dispatcher, orders, given, held };
}

/** The first look is over. */
const settle = () => jest.advanceTimersByTimeAsync(20);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('a look for jobs', () => {
  it('ends when it was given less than it has places for', async () => {
    const { orders, given } = begin([{ jobs: ['a', 'b'], lookedUpTo: 'tnt' }]);
    await settle();
    expect(given).toEqual(['a', 'b']);
    expect(orders).toHaveLength(1);
  });

  it('goes on behind what workers that are gone have left', async () => {
    const { orders, given } = begin([
      { jobs: ['left'], lookedUpTo: null },
      { jobs: ['waits'], lookedUpTo: 'tnt' },
    ]);
    await settle();
    expect(given).toEqual(['left', 'waits']);
    expect(orders.map(({ free }) => free.sync?.places)).toEqual([4, 3]);
  });

  it('begins where the one before has ended', async () => {
    const { dispatcher, orders } = begin([
      { jobs: ['a'], lookedUpTo: 'tnt-m' },
      // Tenants of whom none may run now.
      { jobs: [], lookedUpTo: 'tnt-p' },
    ]);
    for (let look = 0; look < 2; look += 1) {
      await settle();
      dispatcher.wake();
    }
    await settle();
    expect(orders.map(({ afterTenant }) => afterTenant)).toEqual(['', 'tnt-m', 'tnt-p']);
  });

  it('keeps places for its answer', async () => {
    const { dispatcher } = begin([{ jobs: ['a'], lookedUpTo: 'tnt' }]);
    await settle();
    expect(dispatcher.expectsMore).toBe(false);
    dispatcher.wake();
    expect(dispatcher.expectsMore).toBe(true);
    await settle();
    expect(dispatcher.expectsMore).toBe(false);
  });

  it('that has filled all places leaves more to be expected', async () => {
    const { dispatcher } = begin([{ jobs: ['a', 'b', 'c', 'd'], lookedUpTo: 'tnt' }]);
    await settle();
    expect(dispatcher.expectsMore).toBe(true);
  });

  it('is for a free place only where more is expected', async () => {
    const { dispatcher, orders } = begin([{ jobs: ['a'], lookedUpTo: 'tnt' }]);
    await settle();
    dispatcher.fillPlace();
    await settle();
    expect(orders).toHaveLength(1);
    dispatcher.expectMore();
    dispatcher.fillPlace();
    await settle();
    expect(orders).toHaveLength(2);
  });

  it('is none without a free place, or once it was stopped', async () => {
    const { dispatcher, orders } = begin([{ jobs: ['a', 'b', 'c', 'd'], lookedUpTo: 'tnt' }]);
    await settle();
    dispatcher.wake();
    await settle();
    expect(orders).toHaveLength(1);
    expect(dispatcher.expectsMore).toBe(true);
    await dispatcher.stop();
    dispatcher.wake();
    await settle();
    expect(orders).toHaveLength(1);
  });
});
