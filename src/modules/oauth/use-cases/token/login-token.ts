import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import { Clock } from '../../../../kernel/time/clock';
import { ClientsPort } from '../../../apps/contract/clients.port';
import { AuditPort } from '../../../audit/contract/audit.port';
import { auditEvent } from '../../../audit/contract/audit.types';
import { TenantsPort } from '../../../tenants/contract/tenants.port';
import type { Session, SignInOrigin, User } from '../../../users/contract/users.types';
import { CONSOLE_CLIENT_ID } from '../../contract/login.types';
import { roleScopes } from '../../domain/role-scopes';
import { IssueAccessToken, type IssuedAccessToken } from './issue-access-token';

/** Issues the token of `POST /auth/login`: to the platform's own app, with what the user's role may do. */
@Injectable()
export class LoginToken {
  constructor(
    private readonly clients: ClientsPort,
    private readonly tenants: TenantsPort,
    private readonly issueAccessToken: IssueAccessToken,
    private readonly audit: AuditPort,
    private readonly clock: Clock,
  ) {}

  /** Resolves when its record is committed, and only then is the token handed out. Errors: `unavailable`. */
  async issue(user: User, session: Session, origin: SignInOrigin): Promise<IssuedAccessToken> {
    const [client, tenant] = await Promise.all([
      this.clients.find(CONSOLE_CLIENT_ID),
      this.tenants.find(user.tenantId),
    ]);
    if (!client || !tenant) throw new AppError('unavailable', 'Signing in is being set up; try again.');
    const issued = this.issueAccessToken.forUser(
      { client, tenantSlug: tenant.slug },
      roleScopes(user.role, client.declaredScopes),
      { user, sessionId: session.id, authTimeMs: session.authTimeMs, amr: session.amr, grantId: null },
    );
    const { jti, scope } = issued.claims;
    const context = {
      requestId: origin.requestId,
      tenantId: user.tenantId,
      actor: { type: 'user' as const, id: user.id },
      appId: client.clientId,
      isPlatformAdmin: false,
      ip: origin.ip,
      deadlineMs: null,
      traceparent: null,
      auditEventId: null,
      idempotencyKey: null,
    };
    const event = { action: 'oauth.token.issue', resourceType: 'access_token', resourceId: jti, metadata: { scope } };
    await this.audit.record(context, auditEvent(context, event, this.clock.nowMs()));
    return issued;
  }
}
