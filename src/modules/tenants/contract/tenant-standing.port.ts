/** Whether a tenant is served, for processes that know no tenants and ask the store each time. */
export abstract class TenantStandingPort {
  /** False for one that is suspended, about to be deleted, or not there. Errors: `unavailable`. */
  abstract isActive(tenantId: string): Promise<boolean>;
}
