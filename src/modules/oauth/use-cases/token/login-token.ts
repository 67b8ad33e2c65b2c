import { Injectable } from '@nestjs/common';
import { callContext, systemContext } from '../../../../kernel/context/call-context';
import { AppError } from '../../../../kernel/errors/app-error';
import { type Client, CONSOLE_CLIENT_ID } from '../../../apps/contract/apps.types';
import { ClientsPort } from '../../../apps/contract/clients.port';
import { TokenEventLogPort } from '../../../token-events/contract/token-event-log.port';
import { TenantsPort } from '../../../tenants/contract/tenants.port';
import { MembershipsPort } from '../../../users/contract/memberships.port';
import type { Session, SignInOrigin, User } from '../../../users/contract/users.types';
import { issuedAction, issuedEvent } from '../../domain/issued-event';
import { roleScopes } from '../../domain/role-scopes';
import { IssueAccessToken, type IssuedAccessToken } from './issue-access-token';

/** Issues the token of `POST /auth/login` for the platform's own app, with the scopes that the user's role allows. */
@Injectable()
export class LoginToken {
  /** Id of the first tenant, which never changes; `null` until it is known. */
  private ownTenantId: string | null = null;

  constructor(
    private readonly clients: ClientsPort,
    private readonly tenants: TenantsPort,
    private readonly issueAccessToken: IssueAccessToken,
    private readonly memberships: MembershipsPort,
    private readonly tokenEvents: TokenEventLogPort,
  ) {}

  /** Issues the token. Resolves after its audit record is committed, so that no unrecorded token is returned. Errors: `unavailable`. */
  async issue(user: User, session: Session, origin: SignInOrigin): Promise<IssuedAccessToken> {
    const [client, tenant, { groups }] = await Promise.all([
      this.console(origin),
      this.tenants.find(user.tenantId),
      this.memberships.ofUser(user.tenantId, user.id),
    ]);
    if (!tenant) throw new AppError('unavailable', 'Sign-in is being set up; try again.');
    const issued = await this.issueAccessToken.forUser(
      { client, tenantSlug: tenant.slug },
      roleScopes(user.role, client.declaredScopes),
      {
        user,
        sessionId: session.id,
        authTimeMs: session.authTimeMs,
        amr: session.amr,
        groups,
        grantId: null,
        resources: [],
      },
      // A policy that denies every token must not keep administrators from repairing it.
      null,
    );
    const context = callContext({
      requestId: origin.requestId,
      tenantId: user.tenantId,
      actor: { type: 'user' as const, id: user.id },
      appId: client.clientId,
      ip: origin.ip,
    });
    const { claims } = issued;
    await this.tokenEvents.log(context, issuedEvent('token.issued', claims, 'password'), issuedAction(claims));
    return issued;
  }

  /**
   * Returns the console app, which belongs to the installation's first tenant (see `bootstrap`). Another tenant might have registered an
   * app with this id before the id was reserved. That tenant controls the app, so it cannot be used to sign in.
   */
  private async console({ requestId }: SignInOrigin): Promise<Client> {
    const client = await this.clients.find(CONSOLE_CLIENT_ID);
    if (!client) throw new AppError('unavailable', 'Sign-in is being set up; try again.');
    this.ownTenantId ??= (await this.tenants.list(systemContext(requestId), { limit: 1 })).items[0]?.id ?? null;
    if (client.tenantId === this.ownTenantId) return client;
    throw new AppError(
      'unavailable',
      `Sign-in is not available: "${CONSOLE_CLIENT_ID}" is the app of a different tenant; the operator must delete it.`,
    );
  }
}
