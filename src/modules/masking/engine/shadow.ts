import type { Finding } from './engine.types';
import type { Region } from './scan/scan';

/** What stands in the place of a value when nothing else is asked for; as the clients have it. */
export const REDACTED = '[REDACTED]';

/** A part of a shadow that stands for a part of the text. */
interface Blot extends Region {
  /** What it stands for; `null` for a `[REDACTED]` that the text itself has. */
  readonly finding: Finding | null;
}

/**
 * A text as it looks when what was found is redacted: in it shows what a found value hid, and whatever a second masking would
 * find. Does not change.
 */
export class Shadow {
  private constructor(
    readonly text: string,
    /** In order, apart from each other. */
    private readonly blots: readonly Blot[],
  ) {}

  static of(text: string): Shadow {
    const blots: Blot[] = [];
    for (let start = text.indexOf(REDACTED); start !== -1; start = text.indexOf(REDACTED, start + REDACTED.length)) {
      blots.push({ start, end: start + REDACTED.length, finding: null });
    }
    return new Shadow(text, blots);
  }

  /** What the shadow hides, in the text. In order. */
  get findings(): Finding[] {
    return this.blots.flatMap(({ finding }) => finding ?? []);
  }

  /** Whether a span lies in what is redacted already. */
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
   * The shadow with findings of its own redacted too; what overlaps becomes one.
   * @returns with it where these findings stand in the new one.
   */
  without(findings: readonly Finding[]): { readonly shadow: Shadow; readonly fresh: readonly Region[] } {
    const parts: string[] = [];
    const blots: Blot[] = [];
    const fresh: Region[] = [];
    let copied = 0;
    let length = 0;
    /** How much further a place is in the text than here. */
    let ahead = 0;
    for (const cluster of clustersOf([...this.blots, ...findings.map(asBlot)])) {
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
    return { shadow: new Shadow(parts.join(''), blots), fresh };
  }
}

const FRESH = Symbol('of this round');
type Marked = Blot & { readonly [FRESH]?: true };

const asBlot = (finding: Finding): Marked => ({ start: finding.start, end: finding.end, finding, [FRESH]: true });

interface Cluster extends Region {
  readonly finding: Finding | null;
  readonly isFresh: boolean;
  /** By how many characters what it stands for in the text is longer than it is here. */
  readonly hidden: number;
}

/** What overlaps as one; named by the finding of this round, if there is one. */
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
