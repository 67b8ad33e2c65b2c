import type { Client } from '../../../apps/contract/apps.types';
import { GROUP_LIMITS } from '../../../users/contract/groups.types';
import type { User } from '../../../users/contract/users.types';
import type { HookedGrant, UserMember } from '../../contract/token-claims.types';

/** A value that a claim copies; `null` if the user or app has none. */
type Member = string | readonly string[] | null;

/** The members of an app that claims and policies can use. */
export type AppFacts = Readonly<Record<'id' | 'name' | 'type', string>> & Pick<Client, 'metadata'>;

/** The data from which rules and policies derive custom claims. */
export interface ClaimFacts {
  readonly grant: HookedGrant | null;
  readonly app: AppFacts;
  /** `null` for a client's own token. */
  readonly user: Readonly<Record<UserMember, Member>> | null;
  readonly scopes: readonly string[];
  readonly audiences: readonly string[];
}

/** Returns the members of an app that claims can use. */
export function appFacts({
  clientId,
  name,
  appType,
  metadata,
}: Pick<Client, 'clientId' | 'name' | 'appType' | 'metadata'>): AppFacts {
  return { id: clientId, name, type: appType, metadata };
}

/** Returns the members of a user that claims can use. */
export function userFacts(
  { id, displayName, email, locale, avatarUrl, role }: User,
  groups: readonly string[],
): NonNullable<ClaimFacts['user']> {
  return { id, displayName, email, locale, avatarUrl, role, groups: groups.slice(0, GROUP_LIMITS.maxInClaim) };
}
