/** Far more than the others: at least this multiple of the median, */
const TIMES_MEDIAN = 2;
/** and at least this many. */
const LEAST = 5;

/**
 * Returns the people with far more entitlements than the others, those with the most first.
 * @param counts entitlements by person.
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
