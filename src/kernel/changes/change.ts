/** One entry of the change log, as every process reads it. */
export interface Change {
  /** The kind of resource that changed; each module declares its topics in its contract. */
  readonly topic: string;
  /** The tenant that owns the resource; `null` for the installation's own. */
  readonly tenantId: string | null;
  /** Which one: a client id, a key id, a revoked token's `jti`. */
  readonly key: string;
  /** The data that a subscriber needs, small; most subscribers only read the resource again. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Unix milliseconds until which the entry must be found by a process that starts; 24 h from now when left out. */
  readonly keepUntilMs?: number;
}
