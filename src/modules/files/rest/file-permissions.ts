import type { CallContext } from '../../../kernel/context/call-context';
import { AppError, outage } from '../../../kernel/errors/app-error';
import { type AuthPort, outageOfVerdict } from '../../auth/contract/auth.port';
import type { FileProjectsPort } from '../contract/file-projects.port';
import type { FileAct, Reauthorize } from '../contract/files.port';

/** What is done with a file that the body of a call names. */
export interface Act extends FileAct {
  /** The project that a file which is not there yet is to be made in. */
  readonly projectId?: string | null | undefined;
}

/** Who is asked: the policy, and what the caller is in the project of a file. */
export interface Judges {
  readonly auth: AuthPort;
  readonly projects: FileProjectsPort;
}

const SCOPES = { 'file.get': 'files.read', 'file.put': 'files.write', 'file.delete': 'files.write' } as const;

/**
 * That a route leaves the question of the policy to {@link assertMay}: what is asked for is the caller's own order, and a
 * verb that one may do to what is one's own, so that no role of the tenant decides where one of a project would.
 */
export const isOrder = (): boolean => true;

/**
 * Asks the policy about files that a body names, as the pipeline asks about the one in a path: a copy needs what reading the
 * source and writing the target need. Errors: `forbidden`; `unavailable` when it cannot be decided.
 */
export async function assertMay(
  { auth, projects }: Judges,
  context: CallContext,
  token: string,
  acts: readonly Act[],
): Promise<void> {
  const assertAct = reauthorization(auth, context, token);
  for (const { projectId, ...act } of acts) {
    await assertAct(act, await projects.standingAt(context, act.place, projectId ?? null));
  }
}

/** Returns the question to the policy that is repeated when a file is held for a write. */
export function reauthorization(auth: AuthPort, context: CallContext, token: string): Reauthorize {
  return async ({ action, place: { tier, path } }, project) => {
    const verdict = await auth.authorize(context, {
      principal: { token, tenant: context.tenantId },
      action,
      resource: `file/${tier}/${path}`,
      context: {
        ip: context.ip,
        // What is in the other tiers belongs to whoever asks.
        ...(tier === 'shared' ? {} : { resource_owner: context.actor.id }),
        ...(project === null ? {} : { project }),
      },
      requiredScope: SCOPES[action],
    });
    if (verdict.allowed) return;
    const reason = outageOfVerdict(verdict);
    if (reason !== null) throw outage(reason);
    const words = verdict.reason === '' ? 'The policy of this tenant does not allow it.' : verdict.reason;
    throw new AppError('forbidden', `${action} of ${tier}/${path.slice(0, 200)}: ${words}`);
  };
}
