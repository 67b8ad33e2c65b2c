/** The settings of an app that limit what its tokens can do at a surface. */
export interface AppAccess {
  readonly declaredScopes: readonly string[];
  /** Origins whose pages may call the API with tokens of the app (rest.md §1, Fetch standard §3.2). */
  readonly allowedOrigins: readonly string[];
}

/** Looks up the access of apps in memory, for the surfaces that check it. */
export abstract class AppAccessPort {
  /** Returns the access of an app; `null` for an unknown app. Errors: `unavailable`. */
  abstract find(tenantId: string, clientId: string): Promise<AppAccess | null>;

  /**
   * Returns whether any app of any tenant lists an origin, such as `https://app.example.com`. A preflight request does not contain a token,
   * so its app is unknown. Errors: `unavailable`, including when too many unknown origins are being looked up.
   */
  abstract isListed(origin: string): Promise<boolean>;
}
