/** A stretch of text that can overlap another stretch. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly score: number;
  /** The tie-breaker: the lower rank comes first. */
  readonly rank: number;
}

/**
 * Returns the spans that remain after one of every two overlapping spans is dropped: the span with the better score stays, then the longer
 * span, then the span with the lower rank. The result is sorted by start. Apart from sorting, takes time linear in the spans and their
 * lengths.
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

/** Returns the spans to keep among the overlapping spans up to `clusterEnd`. */
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
