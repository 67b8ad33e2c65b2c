/** Resolves the ways a tenant can be named, for surfaces that take either (rest.md §1). */
export abstract class TenantNames {
  /** The immutable id of a tenant named by id or slug; `null` when there is none. */
  abstract idOf(idOrSlug: string): Promise<string | null>;

  /** The immutable slug of a tenant by its id; `null` when there is none. */
  abstract slugOf(id: string): Promise<string | null>;

  /** Whether a tenant, by its id, is served: one that is suspended, about to be deleted or not there is not. */
  abstract isActive(id: string): Promise<boolean>;
}
