import { Injectable } from '@nestjs/common';
import { newUlid } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import type { Client } from '../apps/contract/apps.types';
import { ClientsPort } from '../apps/contract/clients.port';
import { ApiKeysPort } from '../credentials/contract/api-keys.port';
import { GrantFactsPort } from '../oauth/contract/grant-facts.port';
import { scopesWithin } from '../oauth/contract/scopes-of-role';
import { MAX_ACCESS_TOKEN_TTL_SECONDS } from '../revocation/contract/revocation.types';
import { RevocationsPort } from '../revocation/contract/revocations.port';
import type { Tenant } from '../tenants/contract/tenants.types';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { MembershipsPort } from '../users/contract/memberships.port';
import { UserLookupPort } from '../users/contract/user-lookup.port';
import type { User } from '../users/contract/users.types';
import type { PrincipalEnd } from './contract/auth.port';
import type { Principal } from './contract/principal.types';

/** A valid principal with its current data. */
export interface ValidPrincipal {
  readonly tenant: Tenant;
  readonly user: User | null;
  /** Ids of the user's groups. */
  readonly groups: readonly string[];
  /** The granted scopes that the app, the credential and the role still cover; `null` if the principal is not limited by scopes. */
  readonly scopes: readonly string[] | null;
}

/** Checks whether everything that a stored principal depends on is still valid. Errors: `unavailable`. */
@Injectable()
export class PrincipalValidator {
  constructor(
    private readonly tenants: TenantsPort,
    private readonly clients: ClientsPort,
    private readonly users: UserLookupPort,
    private readonly memberships: MembershipsPort,
    private readonly credentials: ApiKeysPort,
    private readonly grants: GrantFactsPort,
    private readonly revocations: RevocationsPort,
    private readonly clock: Clock,
  ) {}

  async validate(tenantId: string, principal: Principal): Promise<ValidPrincipal | { readonly end: PrincipalEnd }> {
    const { appId, userId, credentialId } = principal;
    if (this.hasExpired(principal)) return { end: 'agent_expired' };
    const [tenant, client, user, credential] = await Promise.all([
      this.tenants.find(tenantId),
      appId === null ? null : this.clients.find(appId),
      userId === null ? null : this.users.find(tenantId, userId),
      credentialId === null ? null : this.credentials.live(tenantId, credentialId),
    ]);
    if (tenant?.id !== tenantId || tenant.status !== 'active') return { end: 'tenant_inactive' };
    if (appId !== null && !isSameApp(client, tenantId, principal)) return { end: 'app_deleted' };
    if (userId !== null && user?.status !== 'active') return { end: 'user_inactive' };
    if (credentialId !== null && credential === null) return { end: 'credential_ended' };
    if (await this.isGrantOver(tenantId, principal)) return { end: 'grant_revoked' };
    if (this.isRevoked(tenantId, principal)) return { end: 'token_revoked' };
    const groups = user === null ? [] : (await this.memberships.ofUser(tenantId, user.id)).groups;
    return { tenant, user, groups, scopes: scopesOf(principal, client, user, credential?.scopes ?? null) };
  }

  /** Validates the installation itself: its work ends only if the tenant exists and is not active. */
  async validateSystem(tenantId: string): Promise<PrincipalEnd | null> {
    const tenant = await this.tenants.find(tenantId);
    return tenant === null || tenant.status === 'active' ? null : 'tenant_inactive';
  }

  private hasExpired({ expiresAt }: Principal): boolean {
    return expiresAt !== null && expiresAt * 1_000 <= this.clock.nowMs();
  }

  /**
   * Returns whether the grant has ended. The deny-list contains a grant's revocation as long as one of the grant's tokens can be valid;
   * after that, the stored grant decides.
   */
  private async isGrantOver(tenantId: string, { grantId, issuedAt }: Principal): Promise<boolean> {
    if (grantId === null) return false;
    const isYoung = this.clock.nowMs() / 1_000 - issuedAt < MAX_ACCESS_TOKEN_TTL_SECONDS;
    return !isYoung && !(await this.grants.isLive(tenantId, grantId));
  }

  /**
   * Returns whether the principal is revoked. A sign-out revokes the tokens of a session but does not stop the user's work. An agent acts
   * only within the session.
   */
  private isRevoked(tenantId: string, principal: Principal): boolean {
    const { actor, appId, userId, grantId, sessionId, tokenIds, issuedAt } = principal;
    const facts = {
      clientId: appId ?? '',
      tenantId,
      userId: userId ?? undefined,
      grantId: grantId ?? undefined,
      sessionId: actor.type === 'agent' ? (sessionId ?? undefined) : undefined,
    };
    // Without a token, only the time is known, and only to the second. Use the last millisecond of that second.
    const ids = tokenIds.length === 0 ? [newUlid(issuedAt * 1_000 + 999)] : tokenIds;
    return ids.some((jti) => this.revocations.isRevoked({ ...facts, jti }));
  }
}

/** Returns whether the client id still names the same app. A deleted app's client id can be registered again for another app. */
function isSameApp(client: Client | null, tenantId: string, { userId, issuedAt }: Principal): boolean {
  if (client === null || Math.floor(client.createdAtMs / 1_000) > issuedAt) return false;
  return userId !== null || client.tenantId === tenantId;
}

function scopesOf(
  { scopes }: Principal,
  client: Client | null,
  user: User | null,
  ofCredential: readonly string[] | null,
): readonly string[] | null {
  const granted = scopes ?? client?.declaredScopes ?? null;
  if (granted === null) return null;
  const left = granted.filter(
    (scope) =>
      (client === null || client.declaredScopes.includes(scope)) &&
      (ofCredential === null || ofCredential.includes(scope)),
  );
  return user === null ? left : scopesWithin(user.role, left);
}
