import {
  byteSizeOf,
  Coverage,
  type EvaluationTrace,
  type FileCoverage,
  type LineRange,
  toJson,
  type Value,
} from '@coresdk/rego/node';
import type { PolicyDecision, PolicyExplanation, PolicyQuery } from './contract/policy.types';
import { decide, type DecisionRun } from './decide';
import type { TenantPolicy } from './tenant-policy';
import type { TenantWall } from './tenant-wall';

/** The maximum size in memory of a value that is shown; a larger value is left out. */
const MAX_VALUE_BYTES = 256 * 1024;
const MICROS_PER_MS = 1_000;
const NANOS_PER_MICRO = 1_000;

/** Decides like `decide`, and explains the decision. */
export function explain(
  policy: TenantPolicy,
  wall: TenantWall,
  query: Pick<PolicyQuery, 'rule' | 'input'>,
  run: DecisionRun,
): PolicyExplanation {
  const trace = new DecisionTrace(new Coverage(policy.policy));
  const began = performance.now();
  const { decision, value } = decide(policy, wall, query, run, trace);
  const durationMicros = Math.round((performance.now() - began) * MICROS_PER_MS);
  const files = trace.coverage.report().files.filter(({ file }) => policy.ownFiles?.has(file) ?? true);
  return {
    decision,
    ...(value === undefined || isTooLarge(value) ? {} : { value: toJson(value) }),
    decidedBy: trace.decidedBy,
    coverage: {
      percent: percentOf(files),
      files: files.map(({ file, covered, notCovered }) => ({
        path: file,
        covered: rowsOf(covered),
        notCovered: rowsOf(notCovered),
      })),
    },
    timings: trace.coverage
      .rules()
      .map(({ path: rule, file, row, calls, nanos }) => ({ rule, file, row, calls, micros: microsOf(nanos) })),
    durationMicros,
  };
}

/** Returns true when a value is too large to show. Even a small policy can return a value of any size. */
function isTooLarge(value: Value): boolean {
  return byteSizeOf(value) > MAX_VALUE_BYTES;
}

/** Returns the explanation of a decision without an evaluated rule. */
export function unexplained(decision: PolicyDecision): PolicyExplanation {
  return { decision, decidedBy: [], coverage: { percent: 0, files: [] }, timings: [], durationMicros: 0 };
}

/** Observes an evaluation, and records the rules that returned a value, in the order of their first success. */
class DecisionTrace implements EvaluationTrace {
  readonly decidedBy: { readonly rule: string; readonly file: string; readonly row: number }[] = [];
  private readonly known = new Set<string>();

  constructor(readonly coverage: Coverage) {}

  covered(file: string, row: number): void {
    this.coverage.covered(file, row);
  }

  rule(rule: string, file: string, row: number, nanos: bigint, defined: boolean): void {
    this.coverage.rule(rule, file, row, nanos, defined);
    const key = `${file}:${row}:${rule}`;
    if (!defined || this.known.has(key)) return;
    this.known.add(key);
    this.decidedBy.push({ rule, file, row });
  }
}

/** Returns the percentage of coverable lines that are covered; 100 if there are no coverable lines. */
function percentOf(files: readonly FileCoverage[]): number {
  const covered = files.reduce((sum, { coveredLines }) => sum + coveredLines, 0);
  const missed = files.reduce((sum, { notCoveredLines }) => sum + notCoveredLines, 0);
  return covered + missed === 0 ? 100 : Math.round((10_000 * covered) / (covered + missed)) / 100;
}

function rowsOf(ranges: readonly LineRange[]): readonly number[] {
  return ranges.flatMap(({ start, end }) => Array.from({ length: end - start + 1 }, (_, index) => start + index));
}

function microsOf(nanos: bigint): number {
  return Math.round(Number(nanos) / NANOS_PER_MICRO);
}
