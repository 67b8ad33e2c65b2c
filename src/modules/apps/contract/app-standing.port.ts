/** What an app may be given, for processes that authenticate none and ask the store each time. */
export abstract class AppStandingPort {
  /** The scopes that an app of the tenant was declared with; `null` when the tenant has no such app. Errors: `unavailable`. */
  abstract declaredScopes(tenantId: string, clientId: string): Promise<readonly string[] | null>;
}
