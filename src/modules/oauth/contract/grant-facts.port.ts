/** The consent of a user to an app, for reviews of access as a whole. */
export interface GrantFact {
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  /** Of a code or a refresh token; `null` before the first. */
  readonly lastUsedAt: Date | null;
}

/** Reads all live grants of a tenant. It does not check whether the caller may see them. */
export abstract class GrantFactsPort {
  /** Those of some users, of one app, or of both; at most `limit`, by user and app. */
  abstract find(
    tenantId: string,
    by: { readonly userIds?: readonly string[]; readonly clientId?: string },
    limit: number,
  ): Promise<readonly GrantFact[]>;

  /** Returns true for a grant that has not been revoked, false for a revoked or unknown one. Errors: `unavailable` when the store is away. */
  abstract isLive(tenantId: string, grantId: string): Promise<boolean>;
}
