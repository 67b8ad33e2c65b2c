/** A user's status and groups, for access decisions. */
export interface Membership {
  /** False for an unknown user and for a user who is not active: grant no access in both cases. */
  readonly isActive: boolean;
  /** Sorted ids of the user's groups, including groups to which the user belongs through nested groups. */
  readonly groups: readonly string[];
}

/**
 * The current group memberships, read from a copy in memory that the change feed keeps up to date. A token's `groups` claim is as old as
 * the token. Errors: `unavailable` if the database is unreachable or memory is stale.
 */
export abstract class MembershipsPort {
  abstract ofUser(tenantId: string, userId: string): Promise<Membership>;

  /** Returns the ids that are groups of the tenant. */
  abstract existing(tenantId: string, groupIds: readonly string[]): Promise<readonly string[]>;
}
