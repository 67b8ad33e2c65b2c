/** Resolves a tenant's id or slug, for surfaces that accept either form (rest.md §1). */
export abstract class TenantNames {
  /** Returns the immutable id of the tenant with this id or slug; `null` if it does not exist. */
  abstract idOf(idOrSlug: string): Promise<string | null>;

  /** Returns the immutable slug of the tenant with this id; `null` if it does not exist. */
  abstract slugOf(id: string): Promise<string | null>;

  /** Returns whether the installation serves the tenant with this id. False if it is suspended, scheduled for deletion or unknown. */
  abstract isActive(id: string): Promise<boolean>;
}
