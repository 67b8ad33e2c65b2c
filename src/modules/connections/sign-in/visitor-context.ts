import { callContext, type CallContext } from '../../../kernel/context/call-context';
import type { SignInOrigin } from '../../users/contract/users.types';

/** Returns the context of a change that a person makes by signing in through a connection. */
export function personContext({ requestId, ip }: SignInOrigin, tenantId: string, userId: string): CallContext {
  return callContext({ requestId, tenantId, actor: { type: 'user', id: userId }, ip });
}

/** Returns the context of a change that the rules of a connection make. */
export function connectionContext(
  { requestId, ip }: SignInOrigin,
  tenantId: string,
  connectionId: string,
): CallContext {
  return callContext({ requestId, tenantId, actor: { type: 'system', id: connectionId }, ip });
}
