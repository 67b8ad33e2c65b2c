/** A user's consent to an app, for reviews of all access. */
export interface GrantFact {
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  /** Last use of a code or a refresh token; `null` before the first. */
  readonly lastUsedAt: Date | null;
}

/** Reads all active grants of a tenant. It does not check whether the caller may see them. */
export abstract class GrantFactsPort {
  /** Returns the grants of the given users, of one app, or of both; at most `limit`, by user and app. */
  abstract find(
    tenantId: string,
    by: { readonly userIds?: readonly string[]; readonly clientId?: string },
    limit: number,
  ): Promise<readonly GrantFact[]>;

  /** Returns true for an existing grant, false for a revoked or unknown one. Errors: `unavailable` if the database is unreachable. */
  abstract isLive(tenantId: string, grantId: string): Promise<boolean>;
}
