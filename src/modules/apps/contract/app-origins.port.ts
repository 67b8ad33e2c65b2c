/**
 * Finds, in memory, the origins whose pages may call the API with the tokens of apps (rest.md §1, Fetch standard §3.2). An origin is
 * text such as `https://app.example.com`.
 */
export abstract class AppOriginsPort {
  /** Returns whether an app of any tenant lists an origin; `false` for an unknown app. Errors: `unavailable`. */
  abstract isListedBy(clientId: string, origin: string): Promise<boolean>;

  /**
   * Returns whether any app of any active tenant lists an origin. A preflight request carries no token, so its app is unknown. Errors:
   * `unavailable` if the origins have never been read.
   */
  abstract isListed(origin: string): Promise<boolean>;
}
