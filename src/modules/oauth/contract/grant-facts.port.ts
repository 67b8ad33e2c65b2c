/** A user's consent to an app, for access reviews. */
export interface GrantFact {
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  /** Time of the last use of a code or a refresh token; `null` before the first use. */
  readonly lastUsedAt: Date | null;
}

/** Reads all active grants of a tenant. It does not check whether the caller is allowed to see them. */
export abstract class GrantFactsPort {
  /** Returns the grants of the given users, of one app, or of both; at most `limit` grants, ordered by user and app. */
  abstract find(
    tenantId: string,
    by: { readonly userIds?: readonly string[]; readonly clientId?: string },
    limit: number,
  ): Promise<readonly GrantFact[]>;

  /** Returns true for an active grant, and false for a revoked or unknown grant. Errors: `unavailable` if the database is unreachable. */
  abstract isLive(tenantId: string, grantId: string): Promise<boolean>;
}
