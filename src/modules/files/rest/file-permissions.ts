import type { CallContext } from '../../../kernel/context/call-context';
import { AppError, outage } from '../../../kernel/errors/app-error';
import { type AuthPort, outageOfVerdict } from '../../auth/contract/auth.port';
import type { FileProjectsPort } from '../contract/file-projects.port';
import type { FileAct, Reauthorize } from '../contract/files.port';

/** An action on a file named in the body of a call. */
export interface Act extends FileAct {
  /** The project in which to create a new file. */
  readonly projectId?: string | null | undefined;
}

/** The ports that a decision needs: the policy, and the caller's role in the project of a file. */
export interface Judges {
  readonly auth: AuthPort;
  readonly projects: FileProjectsPort;
}

const SCOPES = { 'file.get': 'files.read', 'file.put': 'files.write', 'file.delete': 'files.write' } as const;

/**
 * Leaves a route's policy decision to {@link assertMay}. The route acts on the caller's own resource with an action that any caller can
 * perform on their own resources, so that the project role decides, not a tenant role.
 */
export const isOrder = (): boolean => true;

/**
 * Evaluates the policy for files named in a body, as the pipeline does for a file in a path. For example, a copy requires permission to
 * read the source and to write the target. Errors: `forbidden`; `unavailable` if the policy cannot decide.
 */
export async function assertMay(
  { auth, projects }: Judges,
  context: CallContext,
  token: string,
  acts: readonly Act[],
): Promise<void> {
  const assertAct = reauthorization(auth, context, token);
  for (const { projectId, ...act } of acts) {
    await assertAct(act, await projects.stateAt(context, act.place, projectId ?? null));
  }
}

/** Returns the policy check to repeat once a file is locked for a write. */
export function reauthorization(auth: AuthPort, context: CallContext, token: string): Reauthorize {
  return async ({ action, place: { tier, path } }, project) => {
    const verdict = await auth.authorize(context, {
      principal: { token, tenant: context.tenantId },
      action,
      resource: `file/${tier}/${path}`,
      context: {
        ip: context.ip,
        // Files in other tiers belong to the caller.
        ...(tier === 'shared' ? {} : { resource_owner: context.actor.id }),
        ...(project === null ? {} : { project }),
      },
      requiredScope: SCOPES[action],
    });
    if (verdict.allowed) return;
    const reason = outageOfVerdict(verdict);
    if (reason !== null) throw outage(reason);
    const message = verdict.reason === '' ? 'The policy of this tenant does not allow this action.' : verdict.reason;
    throw new AppError('forbidden', `${action} of ${tier}/${path.slice(0, 200)}: ${message}`);
  };
}
