import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { Clock } from '../../../kernel/time/clock';
import { AuthPort } from '../../auth/contract/auth.port';
import type { NewTriggerOwner } from '../../auth/contract/trigger-owner';
import { assertMayHaveRight, assertCouldHaveRight, type TriggerRight } from '../../auth/contract/trigger-rights';
import type { StartedWork } from '../contract/start-authorization.port';
import { StartAuthorization } from '../start-authorization';

/** Checks that a principal is allowed to have a schedule that submits a job. */
@Injectable()
export class ScheduleRights {
  constructor(
    private readonly start: StartAuthorization,
    private readonly auth: AuthPort,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws unless the caller is allowed to have such a schedule. Errors: `forbidden` for a caller that is not allowed to run the job or to
   * have triggers; `unavailable`.
   */
  async assertMayHave(context: CallContext, job: StartedWork): Promise<void> {
    await this.start.assert(context, job);
    await assertMayHaveRight(this.auth, context, rightFor(job));
  }

  /**
   * Throws unless the new owner is allowed to have such a schedule. Errors: `unprocessable` for an owner that is not allowed to have such
   * triggers; `unavailable`.
   */
  assertMayTake(context: CallContext, to: NewTriggerOwner, job: StartedWork): Promise<void> {
    return assertCouldHaveRight(this.auth, context, to, rightFor(job), new Date(this.clock.nowMs()));
  }
}

function rightFor({ type, kind }: StartedWork): TriggerRight {
  // A scheduled workflow requires the same permission as a workflow with a different trigger.
  return type === 'workflow'
    ? { action: 'workflow.trigger.create', resource: `workflow/${kind}`, requiredScope: 'workflows.write' }
    : { action: 'job.trigger.create', resource: `job_schedule/${kind}`, requiredScope: 'jobs.write' };
}
