import type { CallNode } from './call-slots';
import { TaskQueue, type Waiting } from './task-queue';
import type { PoolTask } from './pool-task';

const LIMITS = { maxThreads: 8, maxThreadsPerTenant: 4, maxNestedThreadsPerTenant: 6, maxWaiting: 100 };
const call = (parent: CallNode | null, mayNest: boolean): CallNode => ({ parent, mayNest });
const taskOf = (node: CallNode | undefined, tenantId = 'tnt-a'): PoolTask => ({
  kind: 'test',
  handler: '',
  payload: null,
  cpuMs: 1,
  tenantId,
  ...(node === undefined ? {} : { call: node }),
});

let queue: TaskQueue;
const open = (limits: Partial<typeof LIMITS> = {}) => (queue = new TaskQueue({ ...LIMITS, ...limits }));
const add = (node?: CallNode, tenantId?: string): PoolTask => {
  const task = taskOf(node, tenantId);
  const waiting: Waiting = { task, resolve: () => undefined, reject: () => undefined };
  queue.add(waiting);
  return task;
};
/** Gives a thread to each task that can have one and returns the number of tasks. */
const takeAll = (): number => {
  let count = 0;
  while (queue.take() !== null) count += 1;
  return count;
};

describe('a task of a tenant with little usage', () => {
  it('runs before tasks of other tenants, nested or not', () => {
    open();
    const root = call(null, true);
    const [parent, other] = [add(root), add(undefined, 'tnt-b')];
    takeAll();
    queue.release(other, 2_000);
    add(undefined, 'tnt-b');
    add(call(root, false));
    const [nested, last] = [queue.take(), queue.take()];
    expect([nested?.task.tenantId, last?.task.tenantId]).toEqual(['tnt-a', 'tnt-b']);
    queue.release(parent, 2_000);
    add(call(root, false));
    add(undefined, 'tnt-c');
    expect(queue.take()?.task.tenantId).toBe('tnt-c');
  });
});

describe('calls that can nest', () => {
  it('leave a thread for calls that cannot nest', () => {
    open();
    const roots = Array.from({ length: 6 }, () => call(null, true));
    for (const root of roots) add(root);
    expect(takeAll()).toBe(4);
    const inner = roots.slice(0, 4).map((root) => call(root, true));
    for (const one of inner) add(one);
    expect(takeAll()).toBe(1);
    const leaf = add(call(roots[1] ?? null, false));
    expect(takeAll()).toBe(1);
    queue.release(leaf, 0);
    expect(takeAll()).toBe(0);
  });

  it('leave a thread for calls of other tenants that cannot nest', () => {
    open({ maxThreads: 3, maxThreadsPerTenant: 2, maxNestedThreadsPerTenant: 2 });
    for (const tenantId of ['tnt-a', 'tnt-b', 'tnt-c']) add(call(null, true), tenantId);
    expect(takeAll()).toBe(2);
    add(undefined, 'tnt-d');
    expect(takeAll()).toBe(1);
  });

  it('take the last thread if they form a single chain, and a deeper call is refused', () => {
    open({ maxNestedThreadsPerTenant: 4 });
    let node = call(null, true);
    add(node);
    expect(takeAll()).toBe(1);
    for (let depth = 1; depth < 4; depth += 1) {
      add((node = call(node, true)));
      expect(takeAll()).toBe(1);
    }
    expect(queue.isHopeless(taskOf(call(node, false)))).toBe(true);
    expect(queue.isHopeless(taskOf(call(node, true)))).toBe(true);
    expect(queue.isHopeless(taskOf(call(null, true)))).toBe(false);
  });

  it('take the last thread when all other threads wait, so that a call tree is never stuck', () => {
    open();
    const root = call(null, true);
    const branches = Array.from({ length: 6 }, () => call(root, true));
    add(root);
    expect(takeAll()).toBe(1);
    for (const branch of branches) add(branch);
    expect(takeAll()).toBe(4);
    const leaves = branches.slice(0, 4).map((branch) => call(branch, true));
    for (const leaf of leaves.slice(0, 3)) add(leaf);
    expect(takeAll()).toBe(0);
    add(leaves[3]);
    expect(takeAll()).toBe(1);
  });

  it('leave the last thread for a call that cannot nest, even if all other calls are waiting', () => {
    open();
    const roots = Array.from({ length: 4 }, () => call(null, true));
    for (const root of roots) add(root);
    expect(takeAll()).toBe(4);
    const branches = roots.map((root) => call(root, true));
    for (const branch of branches) add(branch);
    expect(takeAll()).toBe(1);
    const leaves = branches.slice(0, 1).map((branch) => add(call(branch, false)));
    expect(queue.take()?.task).toBe(leaves[0]);
  });

  it('wait for a different tree of their tenant, and for their own calls that cannot nest', () => {
    open({ maxNestedThreadsPerTenant: 4 });
    const [root, other] = [call(null, true), call(null, true)];
    for (const node of [root, other]) add(node);
    expect(takeAll()).toBe(2);
    for (const node of [call(root, false), call(root, false)]) add(node);
    expect(takeAll()).toBe(2);
    expect(queue.isHopeless(taskOf(call(root, false)))).toBe(false);
  });

  it('can always wait if they are nested, because their parent holds a thread', () => {
    open({ maxWaiting: 4 });
    const root = call(null, true);
    add(root);
    takeAll();
    for (let count = 0; count < 20; count += 1) add(call(root, false));
    expect(queue.isFull(taskOf(call(root, false)))).toBe(false);
    expect(queue.isFull(taskOf(undefined))).toBe(true);
    expect(queue.isFull(taskOf(undefined, 'tnt-b'))).toBe(true);
  });
});
