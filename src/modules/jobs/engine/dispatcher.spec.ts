import { Gauge } from 'prom-client';
import { eventually } from '../../../../test/support/eventually';
import { ScheduledTask } from '../../../kernel/tasks/scheduled-task';
import { SILENT_LOGGER } from '../../../kernel/telemetry/logger';
import type { JobRunner } from '../contract/job-runner';
import type { JobsConfig } from '../jobs.config';
import type { DispatchRepository, ClaimRequest } from '../storage/dispatch.repository';
import type { JobRow } from '../storage/job.row';
import { Dispatcher } from './dispatcher';
import { ActiveRuns } from './active-runs';
import type { RunnerRegistry } from './runner-registry';

interface Answer {
  readonly jobs: readonly string[];
  readonly lookedUpTo: string | null;
}

const SLOTS = 4;
const RUNNER = { type: 'sync', slots: SLOTS, startsItself: false } as JobRunner;
const running = new Gauge({ name: 'running', help: 'running', labelNames: ['type'], registers: [] });

/** Returns a dispatcher with four slots, and a store that returns these answers and then does not return any more jobs. */
function begin(answers: Answer[]) {
  const orders: ClaimRequest[] = [];
  const held = new ActiveRuns(running);
  const given: string[] = [];
  const take = (order: ClaimRequest) => {
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

/** Waits until this many polls have been made. */
const looked = (orders: readonly ClaimRequest[], count: number) => eventually(() => expect(orders).toHaveLength(count));
/** Waits long enough for a poll to happen. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 30));

beforeEach(() => {
  // A dispatcher also polls automatically, four times a second.
  jest.spyOn(ScheduledTask.prototype, 'start').mockReturnValue();
});
afterEach(() => jest.restoreAllMocks());

describe('a poll for jobs', () => {
  it('ends when it gets fewer jobs than it has slots', async () => {
    const { orders, given } = begin([{ jobs: ['a', 'b'], lookedUpTo: 'tnt' }]);
    await eventually(() => expect(given).toEqual(['a', 'b']));
    await pause();
    expect(orders).toHaveLength(1);
  });

  it('continues after it gets jobs from lost workers', async () => {
    const { orders, given } = begin([
      { jobs: ['left'], lookedUpTo: null },
      { jobs: ['waits'], lookedUpTo: 'tnt' },
    ]);
    await eventually(() => expect(orders.length).toBeGreaterThan(0));
    // The rest of the poll does not need a timer.
    await new Promise(setImmediate);
    expect(given).toEqual(['left', 'waits']);
    expect(orders.map(({ free }) => free.sync?.places)).toEqual([4, 3]);
  });

  it('begins where the previous one ended', async () => {
    const { dispatcher, orders } = begin([
      { jobs: ['a'], lookedUpTo: 'tnt-m' },
      // These tenants cannot run a job now.
      { jobs: [], lookedUpTo: 'tnt-p' },
    ]);
    for (const count of [1, 2]) {
      await looked(orders, count);
      dispatcher.wake();
    }
    await looked(orders, 3);
    expect(orders.map(({ afterTenant }) => afterTenant)).toEqual(['', 'tnt-m', 'tnt-p']);
  });

  it('keeps slots free for the jobs in its response', async () => {
    const { dispatcher, orders } = begin([{ jobs: ['a'], lookedUpTo: 'tnt' }]);
    await looked(orders, 1);
    await eventually(() => expect(dispatcher.expectsMore).toBe(false));
    dispatcher.wake();
    expect(dispatcher.expectsMore).toBe(true);
    await eventually(() => expect(dispatcher.expectsMore).toBe(false));
  });

  it('expects more jobs after it has filled all slots', async () => {
    const { dispatcher, given } = begin([{ jobs: ['a', 'b', 'c', 'd'], lookedUpTo: 'tnt' }]);
    await eventually(() => expect(given).toHaveLength(4));
    await pause();
    expect(dispatcher.expectsMore).toBe(true);
  });

  it('happens after a slot becomes free only if more jobs are expected', async () => {
    const { dispatcher, orders } = begin([{ jobs: ['a'], lookedUpTo: 'tnt' }]);
    await looked(orders, 1);
    await eventually(() => expect(dispatcher.expectsMore).toBe(false));
    dispatcher.fillSlot();
    await pause();
    expect(orders).toHaveLength(1);
    dispatcher.expectMore();
    dispatcher.fillSlot();
    await looked(orders, 2);
  });

  it('does not run without a free slot or after the stop', async () => {
    const { dispatcher, orders, given } = begin([{ jobs: ['a', 'b', 'c', 'd'], lookedUpTo: 'tnt' }]);
    await eventually(() => expect(given).toHaveLength(4));
    dispatcher.wake();
    await pause();
    expect(orders).toHaveLength(1);
    await dispatcher.stop();
    dispatcher.wake();
    await pause();
    expect(orders).toHaveLength(1);
  });
});
