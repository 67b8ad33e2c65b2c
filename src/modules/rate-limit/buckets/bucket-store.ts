/** Several calls of one cost for one key, asked of a shared store at once. */
export interface Take {
  readonly tenantId: string;
  /** Name of the count within the tenant. */
  readonly name: string;
  /** What one call fills, milliseconds. */
  readonly stepMs: number;
  readonly capacityMs: number;
  /** How many calls. */
  readonly calls: number;
}

/** What became of a {@link Take}. */
export interface Taken {
  /** How many of the calls fit; they are counted, the others cost nothing. */
  readonly granted: number;
  /** How full the key is now, milliseconds by the store's clock. */
  readonly filledMs: number;
}

/** What was counted of a key, and not used. */
export interface Unused {
  readonly tenantId: string;
  readonly name: string;
  readonly filledMs: number;
}

/** A place in a concurrency limit. */
export interface LeaseRequest {
  readonly tenantId: string;
  readonly name: string;
  readonly id: string;
  readonly limit: number;
  readonly ttlMs: number;
}

/**
 * Where the processes of an installation count together. Each operation is atomic per key and goes by the store's clock.
 * What a store throws is an outage to the caller.
 */
export interface BucketStore {
  /** The answers in the order of the takes, which have different names. */
  take(takes: readonly Take[]): Promise<readonly Taken[]>;

  /** Takes back what was counted for calls that did not happen. */
  giveBack(unused: readonly Unused[]): Promise<void>;

  forget(tenantId: string, names: readonly string[]): Promise<void>;

  /** Whether there was a place. */
  acquire(lease: LeaseRequest): Promise<boolean>;

  release(tenantId: string, name: string, id: string): Promise<void>;

  /** Rejects while the store is away. */
  ping(): Promise<void>;

  close(): Promise<void>;
}
