import type { GcraRate } from '../../../kernel/limits/gcra';

/**
 * The part of a limit that one of several processes allows when it cannot ask the others. The time that fills a key stays
 * the same, so that what is known of a key (until when it is filled) holds for the share too. One call always fits, or a
 * small limit would never let anything through.
 */
export function shareOf(rate: GcraRate, replicas: number, cost: number): GcraRate {
  const intervalMs = rate.intervalMs * Math.max(1, replicas);
  return { intervalMs, capacityMs: Math.max(rate.capacityMs, cost * intervalMs) };
}
