import type { OutageReason } from '../errors/reason';

/**
 * Returns the reason why no decision can be made now; `null` if decisions are possible. The function is synchronous, because it runs before
 * each decision.
 */
type GateCheck = () => OutageReason | null;

/**
 * A gate that closes all decision RPCs of a process before their handlers begin, because allowed calls cannot be recorded while the audit
 * store is full. There is one gate per process, as for metrics, because decorators do not have access to a container.
 */
class DecisionGate {
  private check: GateCheck = () => null;

  /** Replaces the check. */
  watch(check: GateCheck): void {
    this.check = check;
  }

  closedBy(): OutageReason | null {
    return this.check();
  }
}

export const decisionGate = new DecisionGate();
