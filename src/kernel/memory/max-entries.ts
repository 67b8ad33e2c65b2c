/** Options that limit the number of entries in an `LRUCache`. */
export interface MaxEntries {
  readonly maxSize: number;
  readonly sizeCalculation: () => number;
}

/**
 * Returns options for a large `LRUCache`: they limit the number of entries, but allocate memory only for existing ones. The cache's own
 * `max` allocates memory for all of them up front: 13 MB and 40 ms of each startup, for the caches of a sidecar.
 */
export function maxEntries(count: number): MaxEntries {
  return { maxSize: count, sizeCalculation: () => 1 };
}
