/** One entry of the change log, as every process reads it. */
export interface Change {
  /** What kind of thing changed; each module declares its topics in its contract. */
  readonly topic: string;
  /** Whose it is; `null` for the installation's own. */
  readonly tenantId: string | null;
  /** Which one: a client id, a key id, a revoked token's `jti`. */
  readonly key: string;
  /** What a holder needs to know, small; most holders only read the thing again. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Unix milliseconds until which the entry must be found by a process that starts; 24 h from now when left out. */
  readonly keepUntilMs?: number;
}
