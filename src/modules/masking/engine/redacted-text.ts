import type { Finding } from './engine.types';
import type { Region } from './scan/scan';

/** The default replacement for a value, the same as in the clients. */
export const REDACTED = '[REDACTED]';

/** A span of a shadow that replaces a span of the text. */
interface RedactedSpan extends Region {
  /** The finding that the span replaces; `null` for a `[REDACTED]` in the text itself. */
  readonly finding: Finding | null;
}

/**
 * Text with its findings redacted (a shadow of the text). It reveals values that were hidden by another finding, and values that would be
 * found if the text were masked again. Immutable.
 */
export class RedactedText {
  private constructor(
    readonly text: string,
    /** In order and disjoint. */
    private readonly blots: readonly RedactedSpan[],
  ) {}

  static of(text: string): RedactedText {
    const blots: RedactedSpan[] = [];
    for (let start = text.indexOf(REDACTED); start !== -1; start = text.indexOf(REDACTED, start + REDACTED.length)) {
      blots.push({ start, end: start + REDACTED.length, finding: null });
    }
    return new RedactedText(text, blots);
  }

  /** Returns the findings that the shadow hides, with their positions in the text, in order. */
  get findings(): Finding[] {
    return this.blots.flatMap(({ finding }) => finding ?? []);
  }

  /** Returns true when a span is already redacted. */
  isHidden({ start, end }: Region): boolean {
    let low = 0;
    let high = this.blots.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.blots[middle]?.start ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    return end <= (this.blots[low - 1]?.end ?? 0);
  }

  /**
   * Returns the shadow with the findings in it redacted too. Merges overlapping findings.
   * @returns the new shadow, and the positions of these findings in it.
   */
  without(findings: readonly Finding[]): { readonly shadow: RedactedText; readonly fresh: readonly Region[] } {
    const parts: string[] = [];
    const blots: RedactedSpan[] = [];
    const fresh: Region[] = [];
    let copied = 0;
    let length = 0;
    /** The offset from the shadow to the text. */
    let ahead = 0;
    for (const cluster of clustersOf([...this.blots, ...findings.map(asRedactedSpan)])) {
      const { start, end } = cluster;
      parts.push(this.text.slice(copied, start), REDACTED);
      length += start - copied;
      const blot = { start: length, end: length + REDACTED.length };
      const stoodFor = end - start + cluster.hidden;
      const finding = cluster.finding && { ...cluster.finding, start: start + ahead, end: start + ahead + stoodFor };
      blots.push({ ...blot, finding });
      if (cluster.isFresh) fresh.push(blot);
      ahead += cluster.hidden;
      copied = end;
      length = blot.end;
    }
    parts.push(this.text.slice(copied));
    return { shadow: new RedactedText(parts.join(''), blots), fresh };
  }
}

const FRESH = Symbol('of this round');
type Marked = RedactedSpan & { readonly [FRESH]?: true };

const asRedactedSpan = (finding: Finding): Marked => ({
  start: finding.start,
  end: finding.end,
  finding,
  [FRESH]: true,
});

interface Cluster extends Region {
  readonly finding: Finding | null;
  readonly isFresh: boolean;
  /** The number of characters by which the original in the text is longer than the span. */
  readonly hidden: number;
}

/** Merges overlapping findings. If one of them is from this round, the merged finding gets its name. */
function clustersOf(blots: readonly Marked[]): Cluster[] {
  const clusters: Cluster[] = [];
  for (const blot of blots.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const isFresh = blot[FRESH] === true;
    const isOld = !isFresh && blot.finding !== null;
    const hidden = isOld ? blot.finding.end - blot.finding.start - (blot.end - blot.start) : 0;
    const last = clusters.at(-1);
    if (last === undefined || blot.start >= last.end) {
      clusters.push({ start: blot.start, end: blot.end, finding: blot.finding, isFresh, hidden });
    } else {
      clusters[clusters.length - 1] = {
        start: last.start,
        end: Math.max(last.end, blot.end),
        finding: isFresh && !last.isFresh ? blot.finding : (last.finding ?? blot.finding),
        isFresh: last.isFresh || isFresh,
        hidden: last.hidden + hidden,
      };
    }
  }
  return clusters;
}
