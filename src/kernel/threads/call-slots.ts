/** A task in a tree of tasks that start one another. It keeps its thread while it waits for the tasks that it started. */
export interface CallNode {
  /** The task that started this one; `null` for the root of the tree. */
  readonly parent: CallNode | null;
  /** True if the task can start other tasks. A task that cannot start other tasks never waits for another task. */
  readonly mayNest: boolean;
}

interface Children {
  running: number;
  waiting: number;
}

/** Counts the tasks nested in each task, both running tasks and tasks that wait for a thread. */
export class NestedCalls {
  private readonly children = new Map<CallNode, Children>();

  count(call: CallNode | undefined, what: keyof Children, sign: 1 | -1): void {
    const parent = call?.parent ?? null;
    if (parent === null) return;
    const children = this.children.get(parent) ?? { running: 0, waiting: 0 };
    children[what] += sign;
    if (children.running + children.waiting > 0) this.children.set(parent, children);
    else this.children.delete(parent);
  }

  /** Returns whether the task waits for other tasks. */
  isWaiting(call: CallNode): boolean {
    return this.children.has(call);
  }
}

/**
 * The threads of one tenant, or of all tenants, and the calls that occupy them. Calls that can start nested calls could take every
 * thread and then wait for each other, so they leave one thread free for calls that cannot.
 */
export class CallSlots {
  private held = 0;
  /** Calls that can start nested calls. */
  private readonly nesting = new Set<CallNode>();

  /** @param limits maximum number of threads for root tasks only, and for root and nested tasks together. */
  constructor(
    private readonly limits: { readonly first: number; readonly all: number },
    private readonly calls: NestedCalls,
  ) {}

  get size(): number {
    return this.held;
  }

  hold(call: CallNode | undefined, sign: 1 | -1): void {
    this.held += sign;
    if (call?.mayNest !== true) return;
    if (sign === 1) this.nesting.add(call);
    else this.nesting.delete(call);
  }

  /**
   * Returns whether a task can have a thread now.
   * @param isLastResort true if no task that leaves the last thread free can have a thread.
   */
  hasRoom(call: CallNode | undefined, isLastResort = false): boolean {
    const isNested = call !== undefined && call.parent !== null;
    if (this.held >= (isNested ? this.limits.all : this.limits.first)) return false;
    if (call?.mayNest !== true || this.nesting.size + 1 < this.limits.all) return true;
    return this.isOnlyOf(ancestorsOf(call)) || (isLastResort && isNested && this.isStuck());
  }

  /** Returns whether a nested task that is not counted yet would wait only for its own tree, which in turn waits for the task. */
  isHopeless(call: CallNode): boolean {
    if (this.held < this.limits.all || this.nesting.size < this.held) return false;
    const root = rootOf(call);
    return [...this.nesting].every(
      (holder) => rootOf(holder) === root && (holder === call.parent || this.calls.isWaiting(holder)),
    );
  }

  /** Returns whether every call that occupies a thread waits for other calls, so that a thread would never become free. */
  private isStuck(): boolean {
    return this.nesting.size === this.held && [...this.nesting].every((holder) => this.calls.isWaiting(holder));
  }

  private isOnlyOf(calls: ReadonlySet<CallNode>): boolean {
    return [...this.nesting].every((holder) => calls.has(holder));
  }
}

function ancestorsOf(call: CallNode): ReadonlySet<CallNode> {
  const found = new Set<CallNode>();
  for (let at = call.parent; at !== null; at = at.parent) found.add(at);
  return found;
}

function rootOf(call: CallNode): CallNode {
  let root = call;
  while (root.parent !== null) root = root.parent;
  return root;
}
