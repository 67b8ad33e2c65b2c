/** "Far more than others" means more than this multiple of the median, */
const TIMES_MEDIAN = 2;
/** and at least this number of entitlements. */
const LEAST = 5;

/**
 * Returns the people with far more entitlements than others, in descending order of their number of entitlements.
 * @param counts the number of entitlements of each person.
 */
export function riskySpreads(
  counts: ReadonlyMap<string, number>,
): readonly { readonly personId: string; readonly entitlementCount: number }[] {
  const sorted = [...counts.values()].sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return [...counts]
    .map(([personId, entitlementCount]) => ({ personId, entitlementCount }))
    .filter(({ entitlementCount }) => entitlementCount >= LEAST && entitlementCount > TIMES_MEDIAN * median)
    .sort((a, b) => b.entitlementCount - a.entitlementCount || (a.personId < b.personId ? -1 : 1));
}
