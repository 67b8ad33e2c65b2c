/** The browser origins that apps list in `allowed_origins` (rest.md §1, Fetch standard §3.2). */
export abstract class AppOriginsPort {
  /**
   * Returns whether any app of any tenant lists an origin, such as `https://app.example.com`. A preflight request carries no token, so its
   * app is unknown. Errors: `unavailable`, also if too many unknown origins are being looked up.
   */
  abstract isListed(origin: string): Promise<boolean>;

  /** Returns whether an app lists an origin; false for an unknown app. Errors: `unavailable`. */
  abstract isListedBy(tenantId: string, clientId: string, origin: string): Promise<boolean>;
}
