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

/** To run a workflow, and to have it run again and again. */
const RIGHTS = ['workflow.trigger', 'workflow.trigger.create'] as const;

/** Asks whether somebody may have a workflow run by a trigger. */
@Injectable()
export class TriggerRights {
  constructor(
    private readonly auth: AuthPort,
    private readonly clock: Clock,
  ) {}

  /** @param workflow its id. Errors: `forbidden` for a caller who may not run it, or have triggers; `unavailable`. */
  async assertMayHave(context: CallContext, workflow: string): Promise<void> {
    for (const action of RIGHTS) await assertMayHaveRight(this.auth, context, rightFor(action, workflow));
  }

  /** Returns why a caller may not run the workflow, for whoever records it; `null` when they may. Errors: `unavailable`. */
  denial(context: CallContext, workflow: string): Promise<RightDenial | null> {
    return rightDenial(this.auth, context, principalOf(context), rightFor('workflow.trigger', workflow), true);
  }

  /** Errors: `unprocessable` for somebody who may not; `unavailable`. */
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
