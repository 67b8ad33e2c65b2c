import { callContext, type CallContext } from '../../../kernel/context/call-context';
import type { SignInOrigin, User } from '../contract/users.types';

/** The context of what a person does who is just proving who they are. */
export function originContext(
  { requestId, ip }: SignInOrigin,
  tenantId: string | null,
  user: Pick<User, 'id'> | null,
): CallContext {
  return callContext({
    requestId,
    tenantId,
    // An address that belongs to nobody is not recorded: people type passwords into the wrong field.
    actor: { type: 'user', id: user?.id ?? 'unknown' },
    ip,
  });
}
