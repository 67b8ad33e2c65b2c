import type { Policy, EvaluationTrace } from './policy-engine.js';

/** Lines `start` to `end`, both included. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

export interface FileCoverage {
  readonly file: string;
  readonly covered: readonly LineRange[];
  readonly notCovered: readonly LineRange[];
  readonly coveredLines: number;
  readonly notCoveredLines: number;
  /** 0 to 100, with two decimals; 100 for a file without coverable lines. */
  readonly percent: number;
}

export interface CoverageReport {
  readonly files: readonly FileCoverage[];
  readonly coveredLines: number;
  readonly notCoveredLines: number;
  readonly percent: number;
}

/** The activity of one rule in the traced evaluations. */
export interface RuleActivity {
  readonly path: string;
  readonly file: string;
  readonly row: number;
  readonly calls: number;
  /** The number of times that the rule produced a value. A rule with a count above zero has contributed to a decision. */
  readonly defined: number;
  readonly nanos: bigint;
}

/**
 * Traces evaluations: the lines that ran, and the cost and decisions of each rule. Pass it as `trace` to any number of evaluations.
 * Coverable lines are the lines on which a rule's head or an expression starts, as `opa test --coverage` counts them.
 */
export class Coverage implements EvaluationTrace {
  private readonly lines = new Map<string, Set<number>>();
  private readonly activity = new Map<
    string,
    {
      readonly path: string;
      readonly file: string;
      readonly row: number;
      calls: number;
      defined: number;
      nanos: bigint;
    }
  >();

  constructor(private readonly policy: Policy) {}

  covered(file: string, row: number): void {
    const rows = this.lines.get(file);
    if (rows === undefined) {
      this.lines.set(file, new Set([row]));
    } else {
      rows.add(row);
    }
  }

  rule(path: string, file: string, row: number, nanos: bigint, defined: boolean): void {
    const key = `${file}:${row}:${path}`;
    let known = this.activity.get(key);
    if (known === undefined) {
      known = { path, file, row, calls: 0, defined: 0, nanos: 0n };
      this.activity.set(key, known);
    }
    known.calls++;
    known.defined += defined ? 1 : 0;
    known.nanos += nanos;
  }

  /** Returns the rules that were tried, the most expensive first. The time of a rule includes the time of the rules that it calls. */
  rules(): readonly RuleActivity[] {
    return [...this.activity.values()].sort((a, b) => Number(b.nanos - a.nanos));
  }

  report(): CoverageReport {
    const files = [...this.policy.coverableLines()].map(([file, rows]) => this.fileReport(file, rows));
    const coveredLines = files.reduce((sum, file) => sum + file.coveredLines, 0);
    const notCoveredLines = files.reduce((sum, file) => sum + file.notCoveredLines, 0);
    return { files, coveredLines, notCoveredLines, percent: percentOf(coveredLines, notCoveredLines) };
  }

  private fileReport(file: string, rows: readonly number[]): FileCoverage {
    const seen = this.lines.get(file) ?? new Set<number>();
    const covered = rows.filter((row) => seen.has(row));
    const notCovered = rows.filter((row) => !seen.has(row));
    return {
      file,
      covered: rangesOf(covered),
      notCovered: rangesOf(notCovered),
      coveredLines: covered.length,
      notCoveredLines: notCovered.length,
      percent: percentOf(covered.length, notCovered.length),
    };
  }
}

function percentOf(covered: number, notCovered: number): number {
  const total = covered + notCovered;
  return total === 0 ? 100 : Math.round((covered / total) * 10_000) / 100;
}

function rangesOf(rows: readonly number[]): readonly LineRange[] {
  const ranges: { start: number; end: number }[] = [];
  for (const row of rows) {
    const last = ranges.at(-1);
    if (last !== undefined && last.end + 1 === row) {
      last.end = row;
    } else {
      ranges.push({ start: row, end: row });
    }
  }
  return ranges;
}
