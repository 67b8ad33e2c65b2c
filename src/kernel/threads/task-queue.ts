import { TenantCharges } from './tenant-charges';
import type { PoolTask, WorkerPoolOptions } from './worker-pool';

/** One tenant may fill no more than this part of the queue. */
const PARTS = 4;

export interface Waiting {
  readonly task: PoolTask;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

type Limits = Pick<WorkerPoolOptions, 'maxThreads' | 'maxThreadsPerTenant' | 'maxWaiting' | 'maxWaitingBytes'>;

/** What one tenant has in the pool. Sets, because a caller that gives up leaves from the middle. */
interface Lane {
  readonly tenantId: string;
  threads: number;
  waitingBytes: number;
  /** Tasks that others wait for in a thread. */
  readonly nested: Set<Waiting>;
  readonly plain: Set<Waiting>;
}

/** The tasks that wait for a thread, and how many threads each tenant and each call tree holds. */
export class TaskQueue {
  private readonly lanes = new Map<string, Lane>();
  private readonly threadsByTree = new Map<string, number>();
  private readonly charges = new TenantCharges();
  private threads = 0;
  private waitingCount = 0;
  private waitingBytes = 0;

  constructor(private readonly limits: Limits) {}

  /** Whether the task would wait for threads of its own tree alone, which wait for the task. */
  isHopeless({ tree }: PoolTask): boolean {
    const own = tree === undefined ? 0 : (this.threadsByTree.get(tree.id) ?? 0);
    return own > 0 && own >= Math.min(this.limits.maxThreads, this.limits.maxThreadsPerTenant);
  }

  /** Whether the task may not wait. A task always may where nothing waits. */
  isFull({ tenantId, sizeBytes = 0 }: PoolTask): boolean {
    const { maxWaiting, maxWaitingBytes = Number.POSITIVE_INFINITY } = this.limits;
    const isBeyond = (count: number, bytes: number, parts: number): boolean =>
      count > 0 && (count >= maxWaiting / parts || bytes + sizeBytes > maxWaitingBytes / parts);
    const lane = this.lanes.get(tenantId);
    const own = lane === undefined ? 0 : lane.nested.size + lane.plain.size;
    return isBeyond(this.waitingCount, this.waitingBytes, 1) || isBeyond(own, lane?.waitingBytes ?? 0, PARTS);
  }

  add(waiting: Waiting): void {
    const { tenantId, tree } = waiting.task;
    const lane = this.lane(tenantId);
    const isNested = tree !== undefined && this.threadsByTree.has(tree.id);
    (isNested ? lane.nested : lane.plain).add(waiting);
    this.count(lane, waiting, 1);
  }

  /** Returns whether the task was waiting. */
  remove(waiting: Waiting): boolean {
    const lane = this.lane(waiting.task.tenantId);
    const wasWaiting = lane.nested.delete(waiting) || lane.plain.delete(waiting);
    if (wasWaiting) this.count(lane, waiting, -1);
    return wasWaiting;
  }

  /** Removes and returns the task that gets a thread now, which it holds until {@link release}; `null` when none can. */
  take(): Waiting | null {
    if (this.threads >= this.limits.maxThreads) return null;
    let best: Lane | null = null;
    for (const lane of this.lanes.values()) {
      const isReady = lane.nested.size + lane.plain.size > 0 && lane.threads < this.limits.maxThreadsPerTenant;
      if (isReady && (best === null || this.isBefore(lane, best))) best = lane;
    }
    const [waiting] = best === null ? [] : [...firstOf(best.nested), ...firstOf(best.plain)];
    if (best === null || waiting === undefined) return null;
    this.hold(waiting.task, 1);
    this.remove(waiting);
    return waiting;
  }

  /** @param cpuMs what the task used, charged to its tenant. */
  release(task: PoolTask, cpuMs: number): void {
    this.charges.add(task.tenantId, cpuMs);
    this.hold(task, -1);
  }

  /** Removes and returns everything that waits. */
  drain(): readonly Waiting[] {
    const all = [...this.lanes.values()].flatMap(({ nested, plain }) => [...nested, ...plain]);
    for (const waiting of all) this.remove(waiting);
    return all;
  }

  /** Nested tasks first, as others wait for them in a thread; then tenants with fewer threads, then with less CPU used lately. */
  private isBefore(one: Lane, other: Lane): boolean {
    const isNested = (lane: Lane): number => Number(lane.nested.size > 0);
    if (isNested(one) !== isNested(other)) return isNested(one) > isNested(other);
    if (one.threads !== other.threads) return one.threads < other.threads;
    return this.charges.of(one.tenantId) < this.charges.of(other.tenantId);
  }

  private lane(tenantId: string): Lane {
    const known = this.lanes.get(tenantId);
    if (known) return known;
    const lane: Lane = { tenantId, threads: 0, waitingBytes: 0, nested: new Set(), plain: new Set() };
    this.lanes.set(tenantId, lane);
    return lane;
  }

  private count(lane: Lane, { task: { sizeBytes = 0 } }: Waiting, sign: 1 | -1): void {
    this.waitingCount += sign;
    this.waitingBytes += sign * sizeBytes;
    lane.waitingBytes += sign * sizeBytes;
    this.forgetEmpty(lane);
  }

  private hold({ tenantId, tree }: PoolTask, sign: 1 | -1): void {
    const lane = this.lane(tenantId);
    this.threads += sign;
    lane.threads += sign;
    this.forgetEmpty(lane);
    if (tree === undefined) return;
    const own = (this.threadsByTree.get(tree.id) ?? 0) + sign;
    if (own === 0) this.threadsByTree.delete(tree.id);
    else this.threadsByTree.set(tree.id, own);
  }

  private forgetEmpty({ tenantId, threads, nested, plain }: Lane): void {
    if (threads === 0 && nested.size === 0 && plain.size === 0) this.lanes.delete(tenantId);
  }
}

function firstOf<Item>(items: ReadonlySet<Item>): readonly Item[] {
  const [first] = items;
  return first === undefined ? [] : [first];
}
