import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../../../test/support/eventually';
import { projectRoot } from '../config/project-root';
import { inputThrottle } from './input-throttle';
import type { CallNode } from './call-slots';
import type { PoolTask, WorkerPoolOptions } from './pool-task';
import { WorkerPool } from './worker-pool';

const HANDLER = path.join(projectRoot(), 'test/support/pool-handler.cjs');
const OPTIONS: WorkerPoolOptions = {
  name: 'test',
  maxThreads: 3,
  maxThreadsPerTenant: 2,
  keptThreads: 0,
  maxWaiting: 16,
  heapMb: 64,
};

let pool: WorkerPool;
const open = (options: Partial<WorkerPoolOptions> = {}): WorkerPool =>
  (pool = new WorkerPool({ ...OPTIONS, ...options }));
afterEach(() => pool.close());

function task(act: string, more: Partial<PoolTask> & { readonly value?: unknown } = {}): PoolTask {
  const { value = null, ...rest } = more;
  return { kind: 'test', handler: HANDLER, tenantId: 'tnt-a', payload: { act, value }, cpuMs: 10_000, ...rest };
}

/** Starts a task that occupies its thread until the test releases it, and reports when the task has a thread. */
function held(more: Partial<PoolTask> = {}): {
  readonly done: Promise<unknown>;
  readonly begun: Promise<void>;
  release(): void;
} {
  const begun = Promise.withResolvers<void>();
  let release: () => void = () => undefined;
  const done = pool.run(
    task('ask', {
      ...more,
      onMessage: (_message, reply) => {
        release = () => reply('released');
        begun.resolve();
      },
    }),
  );
  return { done, begun: begun.promise, release: () => release() };
}

describe('a task', () => {
  it('receives its payload and tenant and returns its result', async () => {
    open();
    expect(await pool.run(task('echo', { value: { a: [1] } }))).toEqual({ value: { a: [1] }, tenantId: 'tnt-a' });
  });

  it('with a large payload waits while its tenant is throttled, if the pool is paced', async () => {
    const large = { sizeBytes: 1_048_576 };
    const isAllowed = jest.spyOn(inputThrottle, 'isAllowed').mockImplementation((tenantId) => tenantId !== 'tnt-a');
    open({ isPaced: true });
    const ended: string[] = [];
    const run = (name: string, more: Partial<PoolTask>): Promise<unknown> =>
      pool.run(task('echo', more)).then(() => ended.push(name));
    const paced = run('large of a', large);
    await run('large of b', { ...large, tenantId: 'tnt-b' });
    expect(ended).toEqual(['large of b']);
    isAllowed.mockReturnValue(true);
    await paced;
    isAllowed.mockRestore();
  });

  it('exchanges messages with its caller while it runs', async () => {
    open();
    const heard: unknown[] = [];
    const answer = await pool.run(
      task('ask', {
        value: 'question',
        onMessage: (message, reply) => {
          heard.push(message);
          reply('answer');
        },
      }),
    );
    expect({ heard, answer }).toEqual({ heard: ['question'], answer: 'answer' });
  });

  it('fails with the error of its handler, or if its result cannot be cloned', async () => {
    open();
    await expect(pool.run(task('throw', { value: 'bad' }))).rejects.toMatchObject({
      name: 'TypeError',
      message: 'bad',
    });
    await expect(pool.run(task('function'))).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await pool.run(task('echo'))).toMatchObject({ value: null });
  });

  it('is stopped if it exceeds its CPU or memory limit, and its thread is replaced', async () => {
    open({ maxThreads: 1, maxThreadsPerTenant: 1 });
    await expect(pool.run(task('spin', { cpuMs: 50 }))).rejects.toMatchObject({ name: 'TaskStopped', reason: 'cpu' });
    await expect(pool.run(task('fill'))).rejects.toMatchObject({ name: 'TaskStopped', reason: 'memory' });
    expect(await pool.run(task('echo'))).toMatchObject({ tenantId: 'tnt-a' });
    expect(pool.size).toBe(1);
  });

  it('is not stopped for time without CPU usage, unless it has a wall-clock limit', async () => {
    open();
    const patient = held({ cpuMs: 40 });
    await patient.begun;
    await expect(pool.run(task('ask', { cpuMs: 1_000, wallMs: 50 }))).rejects.toMatchObject({ reason: 'wall' });
    patient.release();
    expect(await patient.done).toBe('released');
  });

  it('can end on its own when its caller aborts, and is stopped if it does not', async () => {
    open();
    const abort = new AbortController();
    const begun = [1, 2].map(() => Promise.withResolvers<void>());
    const [polite, stubborn] = ['wait', 'spin'].map((act, index) =>
      pool.run(task(act, { signal: abort.signal, onMessage: () => begun[index]?.resolve() })),
    );
    await Promise.all(begun.map(({ promise }) => promise));
    abort.abort();
    expect(await polite).toBe('stopped by itself');
    await expect(stubborn).rejects.toMatchObject({ reason: 'cancelled' });
  });
});

describe('a thread that dies', () => {
  it('during a task causes one retry of the task, on a different thread', async () => {
    open();
    const folder = mkdtempSync(path.join(tmpdir(), 'coresdk-pool-'));
    expect(await pool.run(task('exit once', { value: path.join(folder, 'tried') }))).toBe('second try');
    rmSync(folder, { recursive: true });
    await expect(pool.run(task('exit'))).rejects.toMatchObject({ name: 'TaskStopped', reason: 'crashed' });
    expect(await pool.run(task('echo'))).toMatchObject({ tenantId: 'tnt-a' });
  });

  it('between two tasks is not used again', async () => {
    open({ maxThreads: 1, maxThreadsPerTenant: 1 });
    for (let round = 0; round < 5; round += 1) {
      expect(await pool.run(task('reject later', { value: 'too late' }))).toBe('done');
      expect(await pool.run(task('echo', { tenantId: 'tnt-b' }))).toMatchObject({ tenantId: 'tnt-b' });
    }
  });
});

describe('the threads of a pool', () => {
  it('never exceed the limits of the pool and the tenant', async () => {
    open();
    const mine = [held(), held(), held()];
    await Promise.all([mine[0]?.begun, mine[1]?.begun]);
    expect(pool.size).toBe(2);
    const others = ['tnt-b', 'tnt-c'].map((tenantId) => held({ tenantId }));
    await others[0]?.begun;
    expect(pool.size).toBe(3);
    for (const one of [...mine, ...others]) {
      await one.begun;
      one.release();
      await one.done;
      expect(pool.size).toBeLessThanOrEqual(3);
    }
  });

  it('go to the tenant that used less CPU time recently, regardless of order', async () => {
    open({ maxThreads: 1, maxThreadsPerTenant: 1 });
    await expect(pool.run(task('spin', { cpuMs: 50 }))).rejects.toMatchObject({ reason: 'cpu' });
    const ended: string[] = [];
    const first = held({ tenantId: 'tnt-c' });
    await first.begun;
    const waiting = ['tnt-a', 'tnt-a', 'tnt-b'].map((tenantId) =>
      pool.run(task('echo', { tenantId })).then(() => ended.push(tenantId)),
    );
    first.release();
    await Promise.all([first.done, ...waiting]);
    expect(ended).toEqual(['tnt-b', 'tnt-a', 'tnt-a']);
  });

  it('are refused only to a tenant that fills its part of the queue', async () => {
    open({ maxThreads: 1, maxThreadsPerTenant: 1, maxWaiting: 8 });
    const first = held();
    await first.begun;
    const mine = Array.from({ length: 5 }, () => pool.run(task('echo')));
    const other = pool.run(task('echo', { tenantId: 'tnt-b' }));
    first.release();
    const outcomes = await Promise.allSettled(mine);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect(outcomes[4]).toMatchObject({ reason: { code: 'unavailable', reason: 'overloaded' } });
    expect(await other).toMatchObject({ tenantId: 'tnt-b' });
    await first.done;
  });

  it('end with their pool, together with all waiting tasks', async () => {
    open({ maxThreads: 1, maxThreadsPerTenant: 1 });
    const first = held();
    await first.begun;
    const waiting = pool.run(task('echo'));
    const outcomes = Promise.allSettled([first.done, waiting, pool.close()]);
    for (const outcome of (await outcomes).slice(0, 2))
      expect(outcome).toMatchObject({ reason: { code: 'unavailable' } });
    await expect(pool.run(task('echo'))).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a starting thread', () => {
  /** Threads that start while the gate is closed do not become ready. */
  const gateOf = (): { readonly gate: Int32Array; close(): void; open(): void } => {
    const gate = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    return {
      gate,
      close: () => void Atomics.store(gate, 0, 1),
      open: () => {
        Atomics.store(gate, 0, 0);
        Atomics.notify(gate, 0);
      },
    };
  };

  it('is not awaited if another thread becomes free first', async () => {
    const { gate, ...starts } = gateOf();
    open({ keptThreads: 1, preload: HANDLER, settings: { gate } });
    await pool.start();
    starts.close();
    const first = held();
    await first.begun;
    const second = pool.run(task('echo'));
    expect(pool.size).toBe(2);
    first.release();
    expect(await second).toMatchObject({ tenantId: 'tnt-a' });
    starts.open();
    await first.done;
  });

  it('leaves the last idle thread to a tenant that has no thread', async () => {
    const { gate, ...starts } = gateOf();
    open({ keptThreads: 2, preload: HANDLER, settings: { gate } });
    await pool.start();
    starts.close();
    const mine = [held(), held()];
    await mine[0]?.begun;
    expect(await pool.run(task('echo', { tenantId: 'tnt-b' }))).toMatchObject({ tenantId: 'tnt-b' });
    starts.open();
    for (const one of mine) {
      await one.begun;
      one.release();
      await one.done;
    }
  });

  it('fails the task that waits for it if it cannot start', async () => {
    open({ preload: HANDLER, settings: { fault: 'broken' } });
    await expect(pool.run(task('echo'))).rejects.toMatchObject({ name: 'TaskStopped', reason: 'crashed' });
    expect(pool.size).toBe(0);
  });
});

describe('the priority of a thread', () => {
  const [usual, low] = [5, 15];
  const priorityFor = (tenantId: string) => pool.run<number>(task('priority', { tenantId }));

  it('is lower during a long task and after heavy usage by its tenant', async () => {
    open();
    expect(await priorityFor('tnt-a')).toBe(usual);
    expect(await pool.run<number>(task('compute', { value: 8_000 }))).toBe(low);
    expect(await priorityFor('tnt-b')).toBe(usual);
    await expect(pool.run(task('spin', { cpuMs: 1_200 }))).rejects.toMatchObject({ reason: 'cpu' });
    expect(await priorityFor('tnt-a')).toBe(low);
    expect(await priorityFor('tnt-b')).toBe(usual);
  });

  it('is normal for other tenants even if there is no room for another thread', async () => {
    open({ maxThreads: 1, maxThreadsPerTenant: 1 });
    await expect(pool.run(task('spin', { cpuMs: 1_200 }))).rejects.toMatchObject({ reason: 'cpu' });
    expect(await priorityFor('tnt-a')).toBe(low);
    expect(await priorityFor('tnt-b')).toBe(usual);
    expect(pool.size).toBe(1);
  });
});

describe('nested tasks', () => {
  const first = (): CallNode => ({ parent: null, mayNest: true });
  const within = (parent: CallNode, mayNest = false): CallNode => ({ parent, mayNest });

  it('run before other waiting tasks', async () => {
    open({ maxThreads: 2 });
    const call = first();
    const [parent, sibling] = [held({ call }), held({ tenantId: 'tnt-b' })];
    await Promise.all([parent.begun, sibling.begun]);
    const ended: string[] = [];
    const plain = pool.run(task('echo', { tenantId: 'tnt-c' })).then(() => ended.push('plain'));
    const nested = pool.run(task('echo', { call: within(call) })).then(() => ended.push('nested'));
    sibling.release();
    await Promise.all([plain, nested, sibling.done]);
    expect(ended).toEqual(['nested', 'plain']);
    parent.release();
    await parent.done;
  });

  it('are refused only if their outer calls hold every thread that they could get', async () => {
    open();
    const [outer, other] = [first(), first()];
    const inner = within(outer, true);
    const parent = held({ call: outer });
    await parent.begun;
    const child = held({ call: inner });
    await child.begun;
    await expect(pool.run(task('echo', { call: within(inner) }))).rejects.toMatchObject({ code: 'unprocessable' });
    const fresh = pool.run(task('echo', { call: other }));
    child.release();
    await child.done;
    expect(await pool.run(task('echo', { call: within(outer) }))).toMatchObject({ tenantId: 'tnt-a' });
    parent.release();
    await parent.done;
    expect(await fresh).toMatchObject({ tenantId: 'tnt-a' });
  });

  it('wait for tasks of their tree that cannot nest', async () => {
    open();
    const call = first();
    const parent = held({ call });
    await parent.begun;
    const leaves = Array.from({ length: 6 }, () => pool.run(task('echo', { call: within(call) })));
    expect(await Promise.all(leaves)).toHaveLength(6);
    expect(pool.size).toBe(2);
    parent.release();
    await parent.done;
  });

  it('stop waiting when their parent aborts', async () => {
    open();
    const call = first();
    const [parent, other] = [held({ call }), held()];
    await Promise.all([parent.begun, other.begun]);
    const ends = new AbortController();
    const nested = pool.run(task('echo', { call: within(call), signal: ends.signal }));
    ends.abort();
    await expect(nested).rejects.toMatchObject({ code: 'invalid_request' });
    for (const one of [parent, other]) {
      one.release();
      await one.done;
    }
  });
});

describe('a thread that preloads', () => {
  it('has its handler and settings before the first task', async () => {
    open({ keptThreads: 1, preload: HANDLER, settings: { of: 'the pool' } });
    await pool.start();
    expect(await pool.run(task('prepared'))).toEqual({ of: 'the pool' });
  });
});

describe('a thread beyond the idle minimum', () => {
  const IDLE_MS = 30_000;
  /** The callbacks due after half a minute, unless they are cleared. */
  const later = new Map<unknown, () => void>();

  beforeEach(() => {
    const { setTimeout: setReal, clearTimeout: clearReal } = globalThis;
    const set = (callback: () => void, ms?: number): NodeJS.Timeout => {
      const timer = setReal(ms === IDLE_MS ? () => undefined : callback, ms);
      if (ms === IDLE_MS) later.set(timer, callback);
      return timer;
    };
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(set);
    jest.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
      later.delete(timer);
      clearReal(timer);
    });
  });
  afterEach(() => jest.restoreAllMocks());

  it('ends after half a minute without work, not earlier', async () => {
    open();
    for (let round = 0; round < 3; round += 1) {
      expect(await pool.run(task('echo'))).toMatchObject({ tenantId: 'tnt-a' });
      await eventually(() => expect([...later]).toHaveLength(1));
      expect(pool.size).toBe(1);
    }
    for (const end of later.values()) end();
    expect(pool.size).toBe(0);
  });
});
