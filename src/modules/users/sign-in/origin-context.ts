import { callContext, type CallContext } from '../../../kernel/context/call-context';
import type { SignInOrigin, User } from '../contract/users.types';

/** Returns the context of an action by a user who is in the process of authenticating. */
export function originContext(
  { requestId, ip }: SignInOrigin,
  tenantId: string | null,
  user: Pick<User, 'id'> | null,
): CallContext {
  return callContext({
    requestId,
    tenantId,
    // An address without an account is not recorded, because people sometimes type a password into the wrong field.
    actor: { type: 'user', id: user?.id ?? 'unknown' },
    ip,
  });
}
