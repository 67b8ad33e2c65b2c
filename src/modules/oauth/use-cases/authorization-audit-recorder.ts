import { Injectable } from '@nestjs/common';
import { type CallContext, httpContext } from '../../../kernel/context/call-context';
import { Clock } from '../../../kernel/time/clock';
import type { Client } from '../../apps/contract/apps.types';
import { AuditPort } from '../../audit/contract/audit.port';
import { auditEvent } from '../../audit/contract/audit.types';
import type { User } from '../../users/contract/users.types';
import type { AuthorizationRequest } from '../contract/authorization.types';
import type { AuthorizationRefusal } from './authorize/refusal';

/** Returns the context of an authorization request, once the user and the client are known. */
export function authorizationContext(
  request: AuthorizationRequest,
  client: Client | null,
  user: Pick<User, 'id'> | null,
): CallContext {
  return httpContext(request, {
    tenantId: client?.tenantId ?? null,
    actor: user ? { type: 'user', id: user.id } : { type: 'service', id: client?.clientId ?? 'unknown' },
    appId: client?.clientId ?? null,
  });
}

/** Records refused authorization requests in the audit log. Issuing a code stages a separate event. */
@Injectable()
export class AuthorizationAuditRecorder {
  constructor(
    private readonly audit: AuditPort,
    private readonly clock: Clock,
  ) {}

  /** Records a refusal before the response is sent. */
  async refused(request: AuthorizationRequest, client: Client | null, refusal: AuthorizationRefusal): Promise<void> {
    const { session } = request;
    const isOwn = session !== null && session.tenantId === client?.tenantId;
    const context = authorizationContext(request, client, isOwn ? { id: session.userId } : null);
    const resourceId = client?.clientId ?? '';
    const refused = { action: 'oauth.authorize', resourceType: 'client', resourceId, reason: refusal.code };
    await this.audit.record(context, auditEvent(context, { ...refused, outcome: 'denied' }, this.clock.nowMs()));
  }
}
