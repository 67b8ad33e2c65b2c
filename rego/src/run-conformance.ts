import type { Builtin } from './builtins/builtin.js';
import { BUILTINS } from './builtins/node-builtins.js';
import { compileWith } from './compile-policy.js';
import type { RegoError } from './errors.js';
import { evaluateGroundTerm } from './evaluate/ground-term.js';
import type { EvaluateOptions, QueryEvaluation } from './policy-engine.js';
import { sortValues, equalValues } from './values/compare.js';
import { jsonKey, parseJson } from './values/json.js';
import { ExactNumber, fromDouble, toDouble } from './values/number.js';
import { RegoObject } from './values/object.js';
import { printValue } from './values/print.js';
import { RegoSet } from './values/set.js';
import { isArray } from './values/type-name.js';
import type { Value } from './values/value.js';

export interface ConformanceReport {
  readonly passed: number;
  readonly total: number;
  /** Sorted by name. */
  readonly categories: readonly { readonly category: string; readonly passed: number; readonly total: number }[];
  readonly failures: readonly { readonly note: string; readonly reason: string }[];
}

/** Generous limits: the suite tests results, and some of its cases create RSA signatures. */
const LIMITS = { deadlineMs: 30_000, maxSteps: 500_000_000, maxBytes: 2 ** 31, maxDepth: 1_000 };
const LONGEST_REASON = 500;

/**
 * OPA's runner adds a function that sleeps, to show that the clock is frozen during a query. This function waits, but for less than the
 * requested time.
 */
const SLEEP: Builtin = {
  name: 'test.sleep',
  args: [['string']],
  result: ['null'],
  call: () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    return null;
  },
};

const SUITE_BUILTINS: ReadonlyMap<string, Builtin> = new Map(BUILTINS).set(SLEEP.name, SLEEP);

/**
 * Runs cases in the format of OPA's own suite (`v1/test/cases`), one JSON object per line. Skips empty lines. A line that is not a case
 * counts as a failure. Compares results as OPA's runner does: as sets of bindings, converted through JSON, which turns sets into sorted
 * arrays.
 */
export function runConformance(lines: Iterable<string>): ConformanceReport {
  const counts = new Map<string, { passed: number; total: number }>();
  const failures: { note: string; reason: string }[] = [];
  let passed = 0;
  let total = 0;
  for (const line of lines) {
    if (line.trim() === '') {
      continue;
    }
    const { note, category, reason } = runLine(line);
    const count = counts.get(category) ?? { passed: 0, total: 0 };
    counts.set(category, count);
    count.total++;
    total++;
    if (reason === undefined) {
      count.passed++;
      passed++;
    } else {
      failures.push({ note, reason: reason.slice(0, LONGEST_REASON) });
    }
  }
  const categories = [...counts].map(([category, count]) => ({ category, ...count }));
  return { passed, total, categories: categories.sort((a, b) => (a.category < b.category ? -1 : 1)), failures };
}

interface LineResult {
  readonly note: string;
  readonly category: string;
  /** The reason for a failure; undefined if the case passed. */
  readonly reason: string | undefined;
}

function runLine(line: string): LineResult {
  let test: Value;
  try {
    test = parseJson(line);
  } catch (error) {
    return { note: line.slice(0, 40), category: '(no JSON)', reason: String(error) };
  }
  if (!(test instanceof RegoObject)) {
    return { note: line.slice(0, 40), category: '(no case)', reason: 'the line is not a JSON object' };
  }
  const note = textOf(test.get('note')) ?? '(no note)';
  const category = textOf(test.get('category')) ?? note.split('/')[0] ?? '';
  try {
    return { note, category, reason: failureOf(test, JSON.parse(line) as CaseData) };
  } catch (error) {
    return { note, category, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

interface CaseData {
  readonly data?: Readonly<Record<string, unknown>> | null;
}

function failureOf(test: RegoObject, { data }: CaseData): string | undefined {
  const modules = test.get('modules') ?? [];
  const sources = isArray(modules)
    ? modules.map((text, index) => ({ path: `test-${index}.rego`, text: textOf(text) ?? '' }))
    : [];
  const options = { data: data ?? {}, limits: { deadlineMs: LIMITS.deadlineMs } };
  const compiled = compileWith(SUITE_BUILTINS, sources, options, false);
  if (!compiled.ok) {
    return checkErrors(test, compiled.errors);
  }
  const prepared = compiled.policy.prepareQuery(textOf(test.get('query')) ?? '');
  if (!prepared.ok) {
    return checkErrors(test, prepared.errors);
  }
  const result = prepared.query.evaluate(inputOf(test), {
    limits: LIMITS,
    strictBuiltinErrors: test.get('strict_error') === true,
    ...runtimeOf(test),
  });
  return check(test, result);
}

function runtimeOf(test: RegoObject): Pick<EvaluateOptions, 'runtime'> {
  const env = test.get('env');
  return env === undefined ? {} : { runtime: RegoObject.of([['env', env]]) };
}

function inputOf(test: RegoObject): Value | undefined {
  const text = textOf(test.get('input_term'));
  return text === undefined ? test.get('input') : evaluateGroundTerm(text);
}

function check(test: RegoObject, result: QueryEvaluation): string | undefined {
  if (result.outcome === 'limit') {
    return `limit: ${result.message}`;
  }
  if (result.outcome === 'error') {
    return checkErrors(test, [result.error]);
  }
  if (wantsError(test)) {
    return `wanted an error, got ${result.bindings.length} results`;
  }
  const wantDefined = test.get('want_defined');
  if (typeof wantDefined === 'boolean') {
    return wantDefined === result.bindings.length > 0 ? undefined : `wanted defined ${wantDefined}`;
  }
  const wanted = test.get('want_result') ?? [];
  const isSorted = test.get('sort_bindings') === true;
  const got = RegoSet.of(result.bindings.map((binding) => bindingValue(binding, isSorted)));
  const want = RegoSet.of(isArray(wanted) ? wanted.map(throughJson) : []);
  return equalValues(got, want) ? undefined : `wanted ${printValue(want)}, got ${printValue(got)}`;
}

function wantsError(test: RegoObject): boolean {
  return test.get('want_error_code') !== undefined || test.get('want_error') !== undefined;
}

/** Checks that one of the errors has the expected code, and the expected string in its message. */
function checkErrors(test: RegoObject, errors: readonly RegoError[]): string | undefined {
  const texts = errors.map(asOpaPrints);
  if (!wantsError(test)) {
    return `unexpected: ${texts.join('; ')}`;
  }
  const code = textOf(test.get('want_error_code'));
  const text = textOf(test.get('want_error')) ?? '';
  const matches = errors.some((error, index) => {
    return (code === undefined || error.code === code) && texts[index]?.includes(text) === true;
  });
  return matches ? undefined : `wanted ${code ?? ''} ${text}, got ${texts.join('; ')}`;
}

/** Formats an error with file and row (OPA `topdown.Error`). */
function asOpaPrints({ code, message, location }: RegoError): string {
  return `${location === undefined ? '' : `${location.file}:${location.row}: `}${code}: ${message}`;
}

function bindingValue(binding: ReadonlyMap<string, Value>, isSorted: boolean): Value {
  const members = [...binding].map(([name, value]) => {
    const plain = throughJson(value);
    return [name, isSorted && isArray(plain) ? sortValues(plain) : plain] as const;
  });
  return RegoObject.of(members);
}

/**
 * Converts sets to sorted arrays and keys to strings. Numbers have the precision of a double, because the cases were converted through
 * JavaScript's JSON.
 */
function throughJson(value: Value): Value {
  if (value instanceof ExactNumber) {
    const double = toDouble(value);
    return Number.isFinite(double) ? fromDouble(double) : value;
  }
  if (isArray(value)) {
    return value.map(throughJson);
  }
  if (value instanceof RegoSet) {
    return value.sorted().map(throughJson);
  }
  if (value instanceof RegoObject) {
    return RegoObject.of(value.entries().map(([key, member]) => [jsonKey(key), throughJson(member)] as const));
  }
  return value;
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
