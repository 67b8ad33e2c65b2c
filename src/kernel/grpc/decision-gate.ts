import type { OutageReason } from '../errors/reason';

/** Why nothing may be decided now, whatever is asked; `null` when it may. Synchronous: asked before each decision. */
type GateCheck = () => OutageReason | null;

/**
 * A gate that closes every decision RPC of a process at once, before its handler begins: while the audit store is full,
 * since allowed calls could not be recorded. One per process, as metrics are: decorators have no container.
 */
class DecisionGate {
  private check: GateCheck = () => null;

  /** From now on this check is asked, and no other. */
  watch(check: GateCheck): void {
    this.check = check;
  }

  closedBy(): OutageReason | null {
    return this.check();
  }
}

export const decisionGate = new DecisionGate();
