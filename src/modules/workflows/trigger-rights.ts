import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { Clock } from '../../kernel/time/clock';
import { AuthPort } from '../auth/contract/auth.port';
import { principalOf } from '../auth/contract/principal.types';
import type { NewTriggerOwner } from '../auth/contract/trigger-owner';
import {
  assertMayHaveRight,
  assertCouldHaveRight,
  rightDenial,
  type RightDenial,
  type TriggerRight,
} from '../auth/contract/trigger-rights';

/** The rights to run a workflow, and to have it run by a trigger. */
const RIGHTS = ['workflow.trigger', 'workflow.trigger.create'] as const;

/** Checks that a principal is allowed to have a trigger that runs a workflow. */
@Injectable()
export class TriggerRights {
  constructor(
    private readonly auth: AuthPort,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws unless the caller is allowed to have such a trigger. @param workflow the workflow's id. Errors: `forbidden` for a caller that is
   * not allowed to run the workflow or to have triggers; `unavailable`.
   */
  async assertMayHave(context: CallContext, workflow: string): Promise<void> {
    for (const action of RIGHTS) await assertMayHaveRight(this.auth, context, rightFor(action, workflow));
  }

  /**
   * Returns the reason why a caller is not allowed to run the workflow, for the audit log; `null` when the caller is allowed. Errors:
   * `unavailable`.
   */
  denial(context: CallContext, workflow: string): Promise<RightDenial | null> {
    return rightDenial(this.auth, context, principalOf(context), rightFor('workflow.trigger', workflow), true);
  }

  /**
   * Throws unless the new owner is allowed to have such a trigger. Errors: `unprocessable` for an owner that is not allowed to have it;
   * `unavailable`.
   */
  async assertMayTake(context: CallContext, to: NewTriggerOwner, workflow: string): Promise<void> {
    const now = new Date(this.clock.nowMs());
    for (const action of RIGHTS) {
      await assertCouldHaveRight(this.auth, context, to, rightFor(action, workflow), now);
    }
  }
}

function rightFor(action: string, workflow: string): TriggerRight {
  return { action, resource: `workflow/${workflow}`, requiredScope: 'workflows.write' };
}
