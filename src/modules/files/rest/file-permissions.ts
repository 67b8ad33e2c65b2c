import type { CallContext } from '../../../kernel/context/call-context';
import { AppError, outage } from '../../../kernel/errors/app-error';
import { type AuthPort, outageOfVerdict } from '../../auth/contract/auth.port';
import type { FilePlace } from '../contract/files.types';

/** What is done with a file that the body of a call names. */
export interface Act {
  readonly action: 'file.get' | 'file.put' | 'file.delete';
  readonly place: FilePlace;
}

const SCOPES = { 'file.get': 'files.read', 'file.put': 'files.write', 'file.delete': 'files.write' } as const;

/**
 * Asks the policy about files that a body names, as the pipeline asks about the one in a path: a copy needs what reading the
 * source and writing the target need. Errors: `forbidden`; `unavailable` when it cannot be decided.
 */
export async function assertMay(
  auth: AuthPort,
  context: CallContext,
  token: string,
  acts: readonly Act[],
): Promise<void> {
  for (const { action, place } of acts) {
    const { tier, path } = place;
    const verdict = await auth.authorize(context, {
      principal: { token, tenant: context.tenantId },
      action,
      resource: `file/${tier}/${path}`,
      // What is in these tiers belongs to whoever asks.
      context: { ip: context.ip, ...(tier === 'shared' ? {} : { resource_owner: context.actor.id }) },
      requiredScope: SCOPES[action],
    });
    if (verdict.allowed) continue;
    const reason = outageOfVerdict(verdict);
    if (reason !== null) throw outage(reason);
    const words = verdict.reason === '' ? 'The policy of this tenant does not allow it.' : verdict.reason;
    throw new AppError('forbidden', `${action} of ${tier}/${path.slice(0, 200)}: ${words}`);
  }
}
