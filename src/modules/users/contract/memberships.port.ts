/** What a user is, for whoever decides by it. */
export interface Membership {
  /** False for an unknown user and for one who is not active: nothing may be given to them. */
  readonly isActive: boolean;
  /** Ids of the user's groups, also by way of groups in groups, sorted. */
  readonly groups: readonly string[];
}

/**
 * Who is in which group now, from memory and current by the change feed: a token's claim `groups` is as old as the token.
 * Errors: `unavailable` when the store is away or what is known is stale.
 */
export abstract class MembershipsPort {
  abstract ofUser(tenantId: string, userId: string): Promise<Membership>;

  /** Those of the given group ids that are groups of the tenant. */
  abstract existing(tenantId: string, groupIds: readonly string[]): Promise<readonly string[]>;
}
