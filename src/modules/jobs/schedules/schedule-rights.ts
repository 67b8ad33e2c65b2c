import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { Clock } from '../../../kernel/time/clock';
import { AuthPort } from '../../auth/contract/auth.port';
import type { NewTriggerOwner } from '../../auth/contract/trigger-owner';
import { assertMayHaveRight, assertCouldHaveRight, type TriggerRight } from '../../auth/contract/trigger-rights';
import type { StartedWork } from '../contract/start-authorization.port';
import { StartAuthorization } from '../start-authorization';

/** Asks whether somebody may have a job submitted by a schedule. */
@Injectable()
export class ScheduleRights {
  constructor(
    private readonly start: StartAuthorization,
    private readonly auth: AuthPort,
    private readonly clock: Clock,
  ) {}

  /** Errors: `forbidden` for a caller who may not run it, or have triggers; `unavailable`. */
  async assertMayHave(context: CallContext, job: StartedWork): Promise<void> {
    await this.start.assert(context, job);
    await assertMayHaveRight(this.auth, context, rightFor(job));
  }

  /** Errors: `unprocessable` for somebody who may have no such triggers; `unavailable`. */
  assertMayTake(context: CallContext, to: NewTriggerOwner, job: StartedWork): Promise<void> {
    return assertCouldHaveRight(this.auth, context, to, rightFor(job), new Date(this.clock.nowMs()));
  }
}

function rightFor({ type, kind }: StartedWork): TriggerRight {
  // A workflow that is triggered by a schedule is asked about as one that is triggered otherwise.
  return type === 'workflow'
    ? { action: 'workflow.trigger.create', resource: `workflow/${kind}`, requiredScope: 'workflows.write' }
    : { action: 'job.trigger.create', resource: `job_schedule/${kind}`, requiredScope: 'jobs.write' };
}
