/** One entry of the change log, as every process reads it. */
export interface Change {
  /** The kind of resource that changed; each module declares its topics in its contract. */
  readonly topic: string;
  /** The tenant that owns the resource; `null` for the installation's own resources. */
  readonly tenantId: string | null;
  /** The identity of the resource, such as a client id, a key id or a revoked token's `jti`. */
  readonly key: string;
  /** A small amount of data for subscribers. Most subscribers only reload the resource. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Unix milliseconds until which a starting process must find the entry; 24 hours from now by default. */
  readonly keepUntilMs?: number;
}
