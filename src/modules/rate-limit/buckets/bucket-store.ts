/** Several calls with the same cost for one key, sent to a shared store together. */
export interface Take {
  readonly tenantId: string;
  /** The name of the count within the tenant. */
  readonly name: string;
  /** The number of milliseconds that one call adds to the fill level. */
  readonly stepMs: number;
  readonly capacityMs: number;
  /** The number of calls. */
  readonly calls: number;
}

/** The result of a {@link Take}. */
export interface Taken {
  /** The number of calls that fit. The store counts only these calls. */
  readonly granted: number;
  /** The current fill level of the key, in milliseconds by the store's clock. */
  readonly filledMs: number;
}

/** Calls that were counted for a key but not used. */
export interface Unused {
  readonly tenantId: string;
  readonly name: string;
  readonly filledMs: number;
}

/** A request for a slot in a concurrency limit. */
export interface LeaseRequest {
  readonly tenantId: string;
  readonly name: string;
  readonly id: string;
  readonly limit: number;
  readonly ttlMs: number;
}

/**
 * The store in which an installation's processes share counts. Each operation is atomic per key and uses the store's clock. Callers treat
 * every error from a store as an outage.
 */
export interface BucketStore {
  /** Returns the results in the order of the takes, which must have different names. */
  take(takes: readonly Take[]): Promise<readonly Taken[]>;

  /** Subtracts the counts of calls that did not happen. */
  giveBack(unused: readonly Unused[]): Promise<void>;

  forget(tenantId: string, names: readonly string[]): Promise<void>;

  /** Returns true if there was a free slot. */
  acquire(lease: LeaseRequest): Promise<boolean>;

  release(tenantId: string, name: string, id: string): Promise<void>;

  /** Rejects while the store is unavailable. */
  ping(): Promise<void>;

  close(): Promise<void>;
}
