import type { CallContext } from '../../kernel/context/call-context';
import type { SignInOrigin, User } from './contract/users.types';

/** The context of what a person does who is just proving who they are. */
export function originContext(
  { requestId, ip }: SignInOrigin,
  tenantId: string | null,
  user: Pick<User, 'id'> | null,
): CallContext {
  return {
    requestId,
    tenantId,
    // What was typed is not recorded where it is nobody's: people type passwords into the wrong field.
    actor: { type: 'user', id: user?.id ?? 'unknown' },
    appId: null,
    isPlatformAdmin: false,
    ip,
    deadlineMs: null,
    traceparent: null,
    auditEventId: null,
    idempotencyKey: null,
  };
}
