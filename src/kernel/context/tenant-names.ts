/** Resolves a tenant's id or slug, for surfaces that accept either form (rest.md §1). */
export abstract class TenantNames {
  /** Returns the immutable id of the tenant with this id or slug; `null` if there is no such tenant. */
  abstract idOf(idOrSlug: string): Promise<string | null>;

  /** Returns the immutable slug of the tenant with this id; `null` if there is no such tenant. */
  abstract slugOf(id: string): Promise<string | null>;

  /**
   * Returns whether the installation serves the tenant with this id. Returns false if the tenant is suspended, scheduled for deletion or
   * unknown.
   */
  abstract isActive(id: string): Promise<boolean>;
}
