/** Resolves the ways a tenant can be named, for surfaces that take either (rest.md §1). */
export abstract class TenantNames {
  /** The immutable id of a tenant named by id or slug; `null` when there is none. */
  abstract idOf(idOrSlug: string): Promise<string | null>;

  /** The immutable slug of a tenant by its id; `null` when there is none. */
  abstract slugOf(id: string): Promise<string | null>;

  /** Returns whether the installation serves the tenant with this id: not if it is suspended, about to be deleted or unknown. */
  abstract isActive(id: string): Promise<boolean>;
}
