import type { CallContext } from '../../../kernel/context/call-context';
import { AppError, outage } from '../../../kernel/errors/app-error';
import { type AuthPort, outageOfVerdict } from './auth.port';
import { type Principal, principalOf } from './principal.types';
import { storedPrincipal } from './submitter';
import type { NewTriggerOwner } from './trigger-owner';

/** The right to create recurring runs. It is a separate right: the default policy denies it to agents. */
export interface TriggerRight {
  /** For example, `job.trigger.create`. */
  readonly action: string;
  readonly resource: string;
  readonly requiredScope: string;
}

/** The reason why a principal does not have a right. */
export interface RightDenial {
  /** A machine-readable code, such as `user_inactive`. */
  readonly code: string;
  /** A message for users. */
  readonly reason: string;
}

/** Asserts that the caller has a right. Errors: `forbidden`; `unavailable` if no decision can be made. */
export async function assertMayHaveRight(auth: AuthPort, context: CallContext, right: TriggerRight): Promise<void> {
  const denied = await rightDenial(auth, context, principalOf(context), right);
  if (denied !== null) throw new AppError('forbidden', `This call needs ${right.action}: ${denied.reason}`);
}

/**
 * Checks whether another principal could currently take over a trigger. To complete the transfer, that principal must make a call.
 * Errors: `unprocessable`; `unavailable` if no decision can be made.
 */
export async function assertCouldHaveRight(
  auth: AuthPort,
  context: CallContext,
  { type, id }: NewTriggerOwner,
  right: TriggerRight,
  now: Date,
): Promise<void> {
  const submitter = {
    actorType: type === 'user' ? 'user' : 'service',
    actorId: id,
    appId: type === 'user' ? null : id,
  } as const;
  const denied = await rightDenial(auth, context, storedPrincipal(null, submitter, now), right);
  if (denied !== null) throw new AppError('unprocessable', `The new owner is not allowed to own it: ${denied.reason}`);
}

/**
 * Returns the reason why a principal does not have a right; `null` if the principal has it. Errors: `unavailable` if no decision can be
 * made.
 */
export async function rightDenial(
  auth: AuthPort,
  context: CallContext,
  principal: Principal,
  right: TriggerRight,
  callerRecordsDenials = false,
): Promise<RightDenial | null> {
  const act = { ...right, context: { ip: context.ip } };
  const verdict = await auth.authorizePrincipal(context, principal, act, { callerRecordsDenials });
  if (verdict.allowed) return null;
  const away = outageOfVerdict(verdict);
  if (away !== null) throw outage(away);
  const { code, reason } = verdict;
  return { code, reason: reason === '' ? 'The policy of this tenant does not allow it.' : reason };
}
