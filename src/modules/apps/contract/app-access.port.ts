/** The settings of an app that limit what its tokens can do at a surface. */
export interface AppAccess {
  readonly declaredScopes: readonly string[];
  /** Origins whose pages may call the API with tokens of the app (rest.md §1, Fetch standard §3.2). */
  readonly allowedOrigins: readonly string[];
}

/** Finds, in memory, the access of apps for the surfaces that check it. */
export abstract class AppAccessPort {
  /** Returns the access of an app of any tenant; `null` for an unknown app. Errors: `unavailable`. */
  abstract find(clientId: string): Promise<AppAccess | null>;

  /**
   * Returns whether any app of any active tenant lists an origin, such as `https://app.example.com`. A preflight request carries no token, so its
   * app is unknown. Errors: `unavailable` if the origins have never been read.
   */
  abstract isListed(origin: string): Promise<boolean>;
}
