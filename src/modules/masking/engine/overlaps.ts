/** What can lie over another in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly score: number;
  /** Decides among equals: the lower comes first. */
  readonly rank: number;
}

/**
 * The spans that are left when of two that overlap one goes: the better score stays, then the longer, then the lower rank.
 * Sorted by start. In time linear in the spans and their lengths, besides sorting.
 */
export function withoutOverlaps<T extends Span>(spans: readonly T[]): T[] {
  const sorted = spans.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const left: T[] = [];
  for (let first = 0; first < sorted.length;) {
    let end = sorted[first]?.end ?? 0;
    let next = first + 1;
    for (; next < sorted.length && (sorted[next]?.start ?? 0) < end; next++)
      end = Math.max(end, sorted[next]?.end ?? 0);
    for (const span of next === first + 1 ? sorted.slice(first, next) : best(sorted.slice(first, next), end))
      left.push(span);
    first = next;
  }
  return left;
}

/** Of spans that hang together up to `clusterEnd`, those that stay. */
function best<T extends Span>(cluster: readonly T[], clusterEnd: number): T[] {
  const start = cluster[0]?.start ?? 0;
  const taken = new Uint8Array(clusterEnd - start);
  const byWorth = cluster.toSorted(
    (a, b) => b.score - a.score || b.end - b.start - (a.end - a.start) || a.rank - b.rank || a.start - b.start,
  );
  return byWorth
    .filter((span) => {
      const [from, to] = [span.start - start, span.end - start];
      if (taken.subarray(from, to).includes(1)) return false;
      taken.fill(1, from, to);
      return true;
    })
    .sort((a, b) => a.start - b.start);
}
