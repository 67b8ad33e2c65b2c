import type { AddressedUser, User } from '../../users/contract/users.types';
import { isAuthoritative } from './authority';
import { domainOf } from './email-domain';
import type { UpstreamProfile } from './upstream-profile';

/** The facts that decide whose account an upstream identity belongs to. */
export interface LinkFacts {
  readonly profile: UpstreamProfile;
  /** The user to whom the identity is linked; `null` if it is new. */
  readonly linked: User | null;
  /** The account with the asserted address; `null` if there is none, or no address. */
  readonly account: AddressedUser | null;
  readonly provisioning: 'off' | 'verified_domains' | 'all';
  /** The verified domains of the connection. */
  readonly domains: readonly string[];
  /** True if the people of the address's domain, or of the linked account's, must use another connection. */
  readonly isEnforcedElsewhere: boolean;
}

/** The reason why nobody is signed in. */
export type LinkRefusal = 'user_not_active' | 'other_connection_required';

export type LinkDecision =
  /** Sign in the linked user. */
  | { readonly next: 'sign_in'; readonly user: User }
  /** Link the account, because the provider decides who owns its address. */
  | { readonly next: 'claim'; readonly user: AddressedUser }
  | { readonly next: 'create'; readonly email: string; readonly emailVerified: boolean }
  /** The person proves an existing account first. */
  | { readonly next: 'prove' }
  | { readonly next: 'refuse'; readonly reason: LinkRefusal };

/**
 * Decides whose account an upstream identity belongs to. The address finds an account only if the provider is authoritative for it. In all
 * other cases the person proves an account, and the decision is the same whether an account with the address exists or not, unless the
 * connection creates accounts for such addresses. An owner's account is never given away without a proof, because an administrator could
 * otherwise become an owner through a provider of their own.
 */
export function decideLink(facts: LinkFacts): LinkDecision {
  const { profile, linked, account } = facts;
  if (facts.isEnforcedElsewhere) return { next: 'refuse', reason: 'other_connection_required' };
  if (linked !== null) {
    return linked.status === 'active'
      ? { next: 'sign_in', user: linked }
      : { next: 'refuse', reason: 'user_not_active' };
  }
  const authoritative = isAuthoritative(profile, facts.domains);
  if (account === null) return creation(facts, authoritative);
  if (!authoritative || account.role === 'owner') return { next: 'prove' };
  if (account.status !== 'active' && account.status !== 'invited') return { next: 'refuse', reason: 'user_not_active' };
  return { next: 'claim', user: account };
}

function creation({ profile, provisioning, domains }: LinkFacts, authoritative: boolean): LinkDecision {
  const { email, emailVerified } = profile;
  const domain = email === null ? null : domainOf(email);
  if (email === null || domain === null || !emailVerified) return { next: 'prove' };
  const isAllowed =
    provisioning === 'all' || (provisioning === 'verified_domains' && domains.includes(domain) && authoritative);
  // Only an authoritative provider makes the address count as verified for the apps of the tenant.
  return isAllowed ? { next: 'create', email, emailVerified: authoritative } : { next: 'prove' };
}
