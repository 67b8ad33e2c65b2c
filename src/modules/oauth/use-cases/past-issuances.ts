import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { requireTenant } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import type { Client } from '../../apps/contract/apps.types';
import { ClientsPort } from '../../apps/contract/clients.port';
import type { TokenEvent } from '../../token-events/contract/token-events.types';
import { TokenEventsPort } from '../../token-events/contract/token-events.port';
import { MembershipsPort } from '../../users/contract/memberships.port';
import { UserLookupPort } from '../../users/contract/user-lookup.port';
import type { User } from '../../users/contract/users.types';
import { type AccessTokenClaims } from '../contract/access-token.types';
import { HOOKED_GRANTS, type HookedGrant } from '../contract/token-claims.types';
import { appFacts, type ClaimFacts, userFacts } from '../domain/claims/claim-facts';
import { buildAccessTokenClaims } from '../domain/access-token-claims';
import { oauthConfig, type OauthConfig } from '../oauth.config';

/** The part of a recorded issuance that a report shows. */
export interface PastIssuance {
  readonly at: string;
  readonly grant: HookedGrant;
  readonly appId: string;
  readonly userId: string | null;
  readonly scopes: readonly string[];
}

/** A recorded issuance with the input for a repetition, from current data, or the reason why it cannot be repeated. */
export type RepeatableIssuance = PastIssuance &
  (
    | { readonly skipped: string }
    | {
        readonly skipped: null;
        readonly client: Client;
        readonly facts: ClaimFacts;
        readonly claims: AccessTokenClaims;
        readonly ip: string | null;
      }
  );

interface Person {
  readonly user: User;
  readonly groups: readonly string[];
}

/** Reads the issuances of tokens that the token events record. */
@Injectable()
export class PastIssuances {
  constructor(
    private readonly events: TokenEventsPort,
    private readonly clients: ClientsPort,
    private readonly users: UserLookupPort,
    private readonly memberships: MembershipsPort,
    private readonly tenants: TenantNames,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
  ) {}

  /** Returns the most recent issuances, newest first. @param appId `null` for all apps. Errors: `unavailable`. */
  async last(context: CallContext, appId: string | null, limit: number): Promise<readonly RepeatableIssuance[]> {
    const tenantId = requireTenant(context);
    const events = await this.events.issuances(context, HOOKED_GRANTS, appId, limit);
    const slug = (await this.tenants.slugOf(tenantId)) ?? '';
    const people = new Map<string, Promise<Person | null>>();
    const repeatable: RepeatableIssuance[] = [];
    for (const event of events) repeatable.push(await this.prepare({ id: tenantId, slug }, event, people));
    return repeatable;
  }

  private async prepare(
    tenant: { readonly id: string; readonly slug: string },
    event: TokenEvent,
    people: Map<string, Promise<Person | null>>,
  ): Promise<RepeatableIssuance> {
    const past = pastOf(event);
    const { userId, appId } = past;
    const client = await this.clients.find(appId);
    if (client === null || client.createdAtMs > Date.parse(past.at))
      return { ...past, skipped: 'The app was deleted.' };
    const found = userId === null ? null : (people.get(userId) ?? this.person(tenant.id, userId));
    if (userId !== null && found !== null) people.set(userId, found);
    const person = await found;
    if (userId !== null && person === null) return { ...past, skipped: 'The user was deleted.' };
    const claims = this.claimsOf(tenant, event, client, past.scopes, person);
    const user = person === null ? null : userFacts(person.user, person.groups);
    const { grant, scopes } = past;
    const facts = { grant, app: appFacts(client), user, scopes, audiences: [this.config.ISSUER_URL] };
    return { ...past, skipped: null, client, facts, claims, ip: event.ip ?? null };
  }

  private async person(tenantId: string, userId: string): Promise<Person | null> {
    const user = await this.users.find(tenantId, userId);
    return user && { user, groups: (await this.memberships.ofUser(tenantId, userId)).groups };
  }

  private claimsOf(
    tenant: { readonly id: string; readonly slug: string },
    { at, jti = '' }: TokenEvent,
    client: Client,
    scopes: readonly string[],
    person: Person | null,
  ): AccessTokenClaims {
    const issuedAt = Math.floor(Date.parse(at) / 1000);
    return buildAccessTokenClaims({
      issuer: this.config.ISSUER_URL,
      audience: this.config.ISSUER_URL,
      jti,
      issuedAt,
      expiresAt: issuedAt + client.accessTokenTtlSeconds,
      client,
      tenant,
      scopes,
      serviceId: client.clientId,
      person,
      signIn: null,
      credentialId: null,
    });
  }
}

function pastOf({ at, clientId, userId, scopes = [], grantType }: TokenEvent): PastIssuance {
  const grant = HOOKED_GRANTS.find((one) => one === grantType) ?? 'client_credentials';
  return { at, grant, appId: clientId ?? '', userId, scopes };
}
