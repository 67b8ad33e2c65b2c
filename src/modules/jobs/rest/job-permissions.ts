import type { CallContext } from '../../../kernel/context/call-context';
import { AppError, outage } from '../../../kernel/errors/app-error';
import { type AuthPort, outageOfVerdict } from '../../auth/contract/auth.port';
import type { Job } from '../contract/job.types';

/** What a job runs. */
type Runnable = Pick<Job, 'type' | 'kind'>;

/** What else somebody must be allowed who has a job run: what its own API asks for. */
interface Needed {
  readonly action: string;
  readonly resource: string;
  readonly scope: string;
}

/**
 * Asks the policy about what a job runs, as the API of that does: `jobs.write` is no way around `skills.run`.
 * @param token of the caller. Errors: `forbidden`; `unavailable` when it cannot be decided.
 */
export async function assertMayRun(auth: AuthPort, context: CallContext, token: string, job: Runnable): Promise<void> {
  const needed = neededFor(job);
  if (needed === null) return;
  const { action, resource, scope } = needed;
  const verdict = await auth.authorize(context, {
    principal: { token, tenant: context.tenantId },
    action,
    resource,
    context: { ip: context.ip },
    requiredScope: scope,
  });
  if (verdict.allowed) return;
  const reason = outageOfVerdict(verdict);
  if (reason !== null) throw outage(reason);
  const words = verdict.reason === '' ? 'the policy of this tenant does not allow it' : verdict.reason;
  throw new AppError('forbidden', `A job that runs this needs ${action}, with the scope ${scope}: ${words}.`);
}

function neededFor({ type, kind }: Runnable): Needed | null {
  switch (type) {
    case 'skill':
      return { action: 'skill.run', resource: `skill/${kind}`, scope: 'skills.run' };
    case 'workflow':
      return { action: 'workflow.trigger', resource: `workflow/${kind}`, scope: 'workflows.write' };
    case 'sync': {
      // A task is named after the API that it belongs to: users/import.
      const [family = '', ...rest] = kind.split('/');
      return { action: [family, ...rest].join('.').toLowerCase(), resource: kind, scope: `${family}.write` };
    }
    case 'container':
      return null;
  }
}
