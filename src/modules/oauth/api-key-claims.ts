import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { InjectConfig } from '../../kernel/config/inject-config';
import { maxEntries } from '../../kernel/memory/max-entries';
import { Clock } from '../../kernel/time/clock';
import type { Client } from '../apps/contract/apps.types';
import { ClientsPort } from '../apps/contract/clients.port';
import { type ApiKey, ApiKeysPort, type FoundApiKey } from '../credentials/contract/api-keys.port';
import { canBeOfKey } from '../credentials/contract/key-scopes';
import type { Tenant } from '../tenants/contract/tenants.types';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { MembershipsPort } from '../users/contract/memberships.port';
import type { User } from '../users/contract/users.types';
import { UserLookupPort } from '../users/contract/user-lookup.port';
import type { AccessTokenClaims, TokenRefusal, TokenVerdict } from './contract/access-token.types';
import { scopesWithin } from './contract/scopes-of-role';
import { buildAccessTokenClaims } from './domain/access-token-claims';
import { oauthConfig, type OauthConfig } from './oauth.config';

const CACHED = 20_000;
/**
 * The number of seconds for which a consumer that relies on `exp` can trust a verdict on a key: not much longer than it takes to revoke
 * other tokens.
 */
const BELIEVED_SECONDS = 300;
/** Claims are renewed if fewer than this many seconds are left. */
const RENEWED_SECONDS = 150;

/** The current state of everything that a key depends on. */
interface KeyState {
  readonly client: Client;
  readonly tenant: Tenant;
  /** `null` for an app's own key. */
  readonly user: User | null;
}

interface Made extends KeyState {
  readonly key: ApiKey;
  readonly verdict: TokenVerdict & { readonly valid: true };
}

/** An accepted key: its claims, and the other data for a token created from it. */
export interface AcceptedKey {
  readonly valid: true;
  readonly claims: AccessTokenClaims;
  readonly key: ApiKey;
  readonly accessTokenTtlSeconds: number;
}

type Refused = Extract<TokenVerdict, { valid: false }>;

const REFUSALS: Readonly<Record<Extract<FoundApiKey, { found: false }>['why'], TokenRefusal>> = {
  mistyped: 'key_mistyped',
  unknown: 'key_unknown',
  expired: 'token_expired',
  revoked: 'token_revoked',
};

/**
 * Validates API keys in the same way as tokens, and returns claims like a token's. A key is valid as long as its owner, its app and its
 * tenant are valid. It has only the permissions that all three currently allow. Errors: `unavailable` if this cannot be determined.
 */
@Injectable()
export class ApiKeyClaims {
  private readonly made = new LRUCache<string, Made>(maxEntries(CACHED));

  constructor(
    private readonly keys: ApiKeysPort,
    private readonly clients: ClientsPort,
    private readonly tenants: TenantsPort,
    private readonly users: UserLookupPort,
    private readonly memberships: MembershipsPort,
    private readonly clock: Clock,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
  ) {}

  /** Returns whether a string looks like an API key. */
  claims(text: string): boolean {
    return this.keys.claims(text);
  }

  async verify(text: string): Promise<TokenVerdict> {
    const made = await this.judge(text);
    return 'refusal' in made ? made : made.verdict;
  }

  /** Accepts a key in order to issue a token from it. */
  async accept(text: string): Promise<AcceptedKey | Refused> {
    const made = await this.judge(text);
    if ('refusal' in made) return made;
    const { accessTokenTtlSeconds } = made.client;
    return { valid: true, claims: made.verdict.claims, key: made.key, accessTokenTtlSeconds };
  }

  private async judge(text: string): Promise<Made | Refused> {
    const found = await this.keys.find(text);
    if (!found.found) return { valid: false, refusal: REFUSALS[found.why] };
    const { key } = found;
    const state = await this.stateOf(key);
    if (state === null) return { valid: false, refusal: 'token_revoked' };
    this.keys.noteUse(key);
    const known = this.made.get(key.keyId);
    if (known && this.isCurrent(known, key, state)) return known;
    const claims = Object.freeze(await this.claimsOf(key, state));
    const made = { ...state, key, verdict: Object.freeze({ valid: true, claims } as const) };
    this.made.set(key.keyId, made);
    return made;
  }

  /** Returns the current state of everything that the key depends on; `null` if any of it has ended. */
  private async stateOf({ tenantId, ownerType, ownerId, appId, createdAtMs }: ApiKey): Promise<KeyState | null> {
    const [client, tenant, user] = await Promise.all([
      this.clients.find(appId),
      this.tenants.find(tenantId),
      ownerType === 'user' ? this.users.find(tenantId, ownerId) : null,
    ]);
    // A client id can be registered again: keys created before the new registration belong to a different app.
    if (client === null || client.createdAtMs > createdAtMs || tenant?.status !== 'active') return null;
    if (ownerType === 'service') return client.tenantId === tenantId ? { client, tenant, user: null } : null;
    return user?.status === 'active' ? { client, tenant, user } : null;
  }

  /** Compares by identity: each module caches its objects and creates a new object after a change. */
  private isCurrent({ verdict, ...made }: Made, key: ApiKey, { client, tenant, user }: KeyState): boolean {
    const isSame = made.key === key && made.client === client && made.tenant === tenant && made.user === user;
    const leftSeconds = verdict.claims.exp - this.clock.nowMs() / 1000;
    // Claims that expire together with the key are kept until then, because renewing them would not extend their validity.
    return isSame && (leftSeconds > RENEWED_SECONDS || verdict.claims.exp * 1000 === key.expiresAtMs);
  }

  private async claimsOf(key: ApiKey, { client, tenant, user }: KeyState): Promise<AccessTokenClaims> {
    const iat = Math.floor(this.clock.nowMs() / 1000);
    const endsAt = key.expiresAtMs === null ? Number.POSITIVE_INFINITY : Math.floor(key.expiresAtMs / 1000);
    const declared = key.scopes.filter((scope) => canBeOfKey(scope) && client.declaredScopes.includes(scope));
    const scopes = user === null ? declared : scopesWithin(user.role, declared);
    const groups = user === null ? [] : (await this.memberships.ofUser(key.tenantId, user.id)).groups;
    return buildAccessTokenClaims({
      issuer: this.config.ISSUER_URL,
      audience: this.config.ISSUER_URL,
      jti: key.keyId,
      issuedAt: iat,
      expiresAt: Math.min(iat + BELIEVED_SECONDS, endsAt),
      client,
      tenant: { id: key.tenantId, slug: tenant.slug },
      scopes,
      serviceId: key.ownerId,
      person: user === null ? null : { user, groups },
      signIn: null,
      credentialId: key.credentialId,
    });
  }
}
