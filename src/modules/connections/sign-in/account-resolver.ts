import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { Clock } from '../../../kernel/time/clock';
import { FactorsPort } from '../../factors/contract/factors.port';
import { type FederatedRole, FederationPort, type SignInVia } from '../../users/contract/federation.port';
import { UserLookupPort } from '../../users/contract/user-lookup.port';
import type { AddressedUser, SignInOrigin, User } from '../../users/contract/users.types';
import { decideLink, type LinkDecision, type LinkRefusal } from '../domain/link-decision';
import { domainOf } from '../domain/email-domain';
import { ruledRole } from '../domain/role-rules';
import type { UpstreamProfile } from '../domain/upstream-profile';
import { ConnectionDomainsRepository } from '../storage/connection-domains.repository';
import { IdentitiesRepository } from '../storage/identities.repository';
import type { StoredConnection } from '../domain/stored-connection';
import { IdentityLinks, type IdentityToLink } from './identity-links';
import { connectionContext, personContext } from './visitor-context';

/** A sign-in at a provider whose account is to be found. */
export interface UpstreamArrival {
  readonly connection: StoredConnection;
  readonly profile: UpstreamProfile;
  readonly origin: SignInOrigin;
  readonly locale: string;
}

export type ResolvedAccount =
  | { readonly next: 'sign_in'; readonly user: User }
  | { readonly next: 'prove'; readonly role: FederatedRole | null }
  | { readonly next: 'refuse'; readonly reason: LinkRefusal; readonly user: User | null };

/** Finds or creates the account of somebody who has signed in at a provider. */
@Injectable()
export class AccountResolver {
  constructor(
    private readonly identities: IdentitiesRepository,
    private readonly domains: ConnectionDomainsRepository,
    private readonly links: IdentityLinks,
    private readonly users: UserLookupPort,
    private readonly federation: FederationPort,
    private readonly factors: FactorsPort,
    private readonly clock: Clock,
  ) {}

  async resolve(arrival: UpstreamArrival): Promise<ResolvedAccount> {
    const { connection, profile } = arrival;
    const { tenantId } = connection;
    const key = { connectionId: connection.id, issuer: profile.issuer, subject: profile.subject };
    const linkedId = await this.identities.userOf(tenantId, key);
    const linked = linkedId === null ? null : await this.users.find(tenantId, linkedId);
    const isNew = linked === null && profile.email !== null;
    const account = isNew ? await this.federation.findByEmail(tenantId, profile.email) : null;
    const decision = decideLink({
      profile,
      linked,
      account,
      provisioning: connection.settings.provisioning,
      domains: await this.verifiedDomains(connection),
      isEnforcedElsewhere: await this.isEnforcedElsewhere(connection, linked?.email ?? profile.email),
    });
    const identity = { ...key, email: profile.email, replaces: linked === null ? linkedId : null };
    return this.apply(arrival, decision, identity, linked ?? account);
  }

  /** Returns whether the people of an address's domain must sign in through a different connection. */
  async isEnforcedElsewhere({ tenantId, id }: StoredConnection, email: string | null): Promise<boolean> {
    const domain = email === null ? null : domainOf(email);
    const home = domain === null ? null : await this.domains.home(tenantId, domain);
    return home?.enforced === true && home.connectionId !== id;
  }

  private async apply(
    arrival: UpstreamArrival,
    decision: LinkDecision,
    identity: IdentityToLink,
    known: User | null,
  ): Promise<ResolvedAccount> {
    const role = this.roleOf(arrival);
    switch (decision.next) {
      case 'sign_in': {
        await this.identities.noteUse(
          arrival.connection.tenantId,
          identity,
          identity.email,
          new Date(this.clock.nowMs()),
        );
        return { next: 'sign_in', user: await this.withRole(arrival, decision.user, role) };
      }
      case 'claim':
        return this.claim(arrival, decision.user, identity);
      case 'create':
        return this.create(arrival, decision, identity);
      case 'prove':
        return { next: 'prove', role };
      case 'refuse':
        return { next: 'refuse', reason: decision.reason, user: known };
    }
  }

  private async claim(
    arrival: UpstreamArrival,
    account: AddressedUser,
    identity: IdentityToLink,
  ): Promise<ResolvedAccount> {
    const { connection, origin, locale } = arrival;
    const { tenantId } = connection;
    const context = personContext(origin, tenantId, account.id);
    const role = this.roleOf(arrival);
    try {
      const user = await this.federation.claim(context, account, async (tx, isReset) => {
        if (isReset) {
          await this.links.removeEarlier(tx, tenantId, account.id);
          await this.factors.removeAllWithin(tx, tenantId, account.id);
        }
        await this.links.insert(tx, context, tenantId, account.id, identity, 'authoritative_provider');
      });
      await this.federation.notifyLinked(user, viaOf(connection), locale, origin.requestId);
      return { next: 'sign_in', user: await this.withRole(arrival, user, role) };
    } catch (error) {
      // The account or the identity has just changed.
      if (isConflict(error)) return { next: 'prove', role };
      throw error;
    }
  }

  private async create(
    arrival: UpstreamArrival,
    { email, emailVerified }: Extract<LinkDecision, { readonly next: 'create' }>,
    identity: IdentityToLink,
  ): Promise<ResolvedAccount> {
    const { connection, profile, origin } = arrival;
    const { tenantId, settings } = connection;
    const context = connectionContext(origin, tenantId, connection.id);
    const role = ruledRole(profile.claims, settings);
    const person = { email, emailVerified, displayName: profile.name === '' ? email : profile.name, role };
    try {
      const user = await this.federation.create(context, person, (tx, { id }) =>
        this.links.insert(tx, context, tenantId, id, identity, 'new_account'),
      );
      return { next: 'sign_in', user };
    } catch (error) {
      // Somebody created an account with the address, or linked the identity, a moment ago.
      if (isConflict(error)) return { next: 'prove', role: this.roleOf(arrival) };
      throw error;
    }
  }

  private async withRole(
    { connection, origin }: UpstreamArrival,
    user: User,
    role: FederatedRole | null,
  ): Promise<User> {
    if (role === null || user.role === role || user.role === 'owner') return user;
    return this.federation.assignRole(connectionContext(origin, user.tenantId, connection.id), user.id, role);
  }

  /** Returns the role that the rules assign; `null` without rules. */
  private roleOf({ connection: { settings }, profile }: UpstreamArrival): FederatedRole | null {
    return settings.roleRules.length === 0 ? null : ruledRole(profile.claims, settings);
  }

  private async verifiedDomains({ tenantId, id }: StoredConnection): Promise<readonly string[]> {
    const domains = await this.domains.of(tenantId, id);
    return domains.flatMap(({ domain, verifiedAt }) => (verifiedAt === null ? [] : [domain]));
  }
}

export function viaOf({ id, name }: Pick<StoredConnection, 'id' | 'name'>): SignInVia {
  return { connectionId: id, name };
}

function isConflict(error: unknown): boolean {
  return error instanceof AppError && error.code === 'conflict';
}
