/** How many things an `LRUCache` keeps. */
export interface MaxEntries {
  readonly maxSize: number;
  readonly sizeCalculation: () => number;
}

/**
 * For an `LRUCache` of many: so many things at most, and memory for those that are there. Its own `max` takes the memory of
 * all of them at once: 13 MB and 40 ms of each start, for the caches of a sidecar.
 */
export function maxEntries(count: number): MaxEntries {
  return { maxSize: count, sizeCalculation: () => 1 };
}
