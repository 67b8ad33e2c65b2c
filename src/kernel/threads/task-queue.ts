import { CallSlots, NestedCalls } from './call-slots';
import { TenantCharges } from './tenant-charges';
import type { PoolTask, WorkerPoolOptions } from './pool-task';
import type { WorkerThread } from './worker-thread';

/** The queue has this many parts, and a tenant can fill at most one of them. */
const PARTS = 4;

export interface Waiting {
  readonly task: PoolTask;
  readonly resolve: (thread: WorkerThread) => void;
  readonly reject: (error: Error) => void;
}

type Limits = Pick<
  WorkerPoolOptions,
  'maxThreads' | 'maxThreadsPerTenant' | 'maxNestedThreadsPerTenant' | 'maxWaiting' | 'maxWaitingBytes'
>;

/** The tasks of one tenant. They are in Sets, because the task of a caller that gives up is removed from the middle. */
interface Lane {
  readonly tenantId: string;
  readonly slots: CallSlots;
  waitingBytes: number;
  /** Tasks for which other tasks wait while occupying a thread. */
  readonly nested: Set<Waiting>;
  readonly plain: Set<Waiting>;
}

/** The first task of a lane that can have a thread now. */
interface Candidate {
  readonly lane: Lane;
  readonly waiting: Waiting;
}

/** The tasks that wait for a thread, and the number of threads that each tenant uses. */
export class TaskQueue {
  private readonly lanes = new Map<string, Lane>();
  private readonly charges = new TenantCharges();
  private readonly calls = new NestedCalls();
  private readonly slots: CallSlots;
  private waitingCount = 0;
  private waitingBytes = 0;

  constructor(private readonly limits: Limits) {
    this.slots = new CallSlots({ first: limits.maxThreads, all: limits.maxThreads }, this.calls);
  }

  /** Returns whether the task would wait only for threads of its own tree, which wait for the task. */
  isHopeless({ tenantId, call }: PoolTask): boolean {
    if (call === undefined || call.parent === null) return false;
    return this.slots.isHopeless(call) || this.lanes.get(tenantId)?.slots.isHopeless(call) === true;
  }

  /**
   * Returns whether the queue is too full for the task. There is always room in an empty queue, and for a nested task, because its parent
   * occupies a thread.
   */
  isFull(task: PoolTask): boolean {
    const { tenantId, sizeBytes = 0 } = task;
    if (isNested(task)) return false;
    const { maxWaiting, maxWaitingBytes = Number.POSITIVE_INFINITY } = this.limits;
    const isBeyond = (count: number, bytes: number, parts: number): boolean =>
      count > 0 && (count >= maxWaiting / parts || bytes + sizeBytes > maxWaitingBytes / parts);
    const lane = this.lanes.get(tenantId);
    const own = lane === undefined ? 0 : lane.nested.size + lane.plain.size;
    return isBeyond(this.waitingCount, this.waitingBytes, 1) || isBeyond(own, lane?.waitingBytes ?? 0, PARTS);
  }

  add(waiting: Waiting): void {
    const lane = this.lane(waiting.task.tenantId);
    (isNested(waiting.task) ? lane.nested : lane.plain).add(waiting);
    this.count(lane, waiting, 1);
  }

  /** Removes a task. Returns whether the task was waiting. */
  remove(waiting: Waiting): boolean {
    const lane = this.lane(waiting.task.tenantId);
    const wasWaiting = lane.nested.delete(waiting) || lane.plain.delete(waiting);
    if (wasWaiting) this.count(lane, waiting, -1);
    return wasWaiting;
  }

  /**
   * Removes and returns the task that gets a thread now; `null` if no task can get a thread. The task keeps its thread until {@link
   * release}.
   * @param hasThread returns whether there is a thread for a task.
   */
  take(hasThread: (task: PoolTask) => boolean = () => true): Waiting | null {
    let best: Candidate | null = null;
    for (const candidate of this.candidates()) {
      if (!hasThread(candidate.waiting.task)) continue;
      if (best === null || this.isBefore(candidate, best)) best = candidate;
    }
    if (best === null) return null;
    this.hold(best.waiting.task, 1);
    this.remove(best.waiting);
    return best.waiting;
  }

  /** Returns the next task of each tenant that might get another thread now. */
  nextOfEach(): readonly PoolTask[] {
    return this.candidates().map(({ waiting }) => waiting.task);
  }

  /** Returns the number of threads that a tenant uses. */
  heldBy(tenantId: string): number {
    return this.lanes.get(tenantId)?.slots.size ?? 0;
  }

  /** Releases the thread of a task. @param cpuMs CPU time of the task, charged to its tenant. */
  release(task: PoolTask, cpuMs: number): void {
    this.charges.add(task.tenantId, cpuMs);
    this.hold(task, -1);
  }

  /** Returns whether a tenant used so much CPU time recently that it yields to other tenants. */
  hasUsedMuch(tenantId: string): boolean {
    return this.charges.isMuch(tenantId);
  }

  /** Removes and returns all waiting tasks. */
  drain(): readonly Waiting[] {
    const all = [...this.lanes.values()].flatMap(({ nested, plain }) => [...nested, ...plain]);
    for (const waiting of all) this.remove(waiting);
    return all;
  }

  /**
   * Returns whether one task comes before the other. Tasks of tenants that used little CPU time recently come first. Nested tasks come
   * next, because other tasks wait for them in a thread. Then come tasks of tenants with fewer threads, and finally tasks of tenants that
   * used less CPU time.
   */
  private isBefore(one: Candidate, other: Candidate): boolean {
    const [usedMuch, otherUsedMuch] = [one, other].map(({ lane }) => this.hasUsedMuch(lane.tenantId));
    if (usedMuch !== otherUsedMuch) return otherUsedMuch === true;
    if (isNested(one.waiting.task) !== isNested(other.waiting.task)) return isNested(one.waiting.task);
    if (one.lane.slots.size !== other.lane.slots.size) return one.lane.slots.size < other.lane.slots.size;
    return this.charges.of(one.lane.tenantId) < this.charges.of(other.lane.tenantId);
  }

  private candidates(): readonly Candidate[] {
    if (this.slots.size >= this.limits.maxThreads) return [];
    return [...this.lanes.values()].flatMap((lane) => {
      const waiting = this.firstOf(lane);
      return waiting === null ? [] : [{ lane, waiting }];
    });
  }

  private firstOf({ slots, nested, plain }: Lane): Waiting | null {
    const find = (tasks: ReadonlySet<Waiting>, isLastResort: boolean): Waiting | null => {
      for (const waiting of tasks) {
        const { call } = waiting.task;
        if (slots.hasRoom(call, isLastResort) && this.slots.hasRoom(call, isLastResort)) return waiting;
      }
      return null;
    };
    return find(nested, false) ?? find(plain, false) ?? find(nested, true);
  }

  private lane(tenantId: string): Lane {
    const known = this.lanes.get(tenantId);
    if (known) return known;
    const { maxThreadsPerTenant: first, maxNestedThreadsPerTenant: all = first } = this.limits;
    const slots = new CallSlots({ first, all }, this.calls);
    const lane: Lane = { tenantId, slots, waitingBytes: 0, nested: new Set(), plain: new Set() };
    this.lanes.set(tenantId, lane);
    return lane;
  }

  private count(lane: Lane, { task: { sizeBytes = 0, call } }: Waiting, sign: 1 | -1): void {
    this.calls.count(call, 'waiting', sign);
    this.waitingCount += sign;
    this.waitingBytes += sign * sizeBytes;
    lane.waitingBytes += sign * sizeBytes;
    this.forgetEmpty(lane);
  }

  private hold({ tenantId, call }: PoolTask, sign: 1 | -1): void {
    const lane = this.lane(tenantId);
    this.calls.count(call, 'running', sign);
    this.slots.hold(call, sign);
    lane.slots.hold(call, sign);
    this.forgetEmpty(lane);
  }

  private forgetEmpty({ tenantId, slots, nested, plain }: Lane): void {
    if (slots.size === 0 && nested.size === 0 && plain.size === 0) this.lanes.delete(tenantId);
  }
}

function isNested({ call }: PoolTask): boolean {
  return call !== undefined && call.parent !== null;
}
