import { compilePolicy } from '../node.js';
import type { CompileOptions, EvaluateOptions, Evaluation, Policy } from '../policy-engine.js';
import { fromJson } from '../values/json.js';
import { printValue } from '../values/print.js';
import { Budget, DEFAULT_LIMITS } from './budget.js';

/** Compiles one module of package `a` for tests. Throws its errors. */
export function policyOf(source: string, data: CompileOptions['data'] = {}): Policy {
  return policyOfFiles({ 'a.rego': `package a\n\n${source}` }, data);
}

/** Compiles files by path for tests. Throws their errors. */
export function policyOfFiles(files: Readonly<Record<string, string>>, data: CompileOptions['data'] = {}): Policy {
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  const result = compilePolicy(sources, { data });
  if (!result.ok) {
    throw new Error(result.errors.map(String).join('\n'));
  }
  return result.policy;
}

/** Returns the outcome as text: the value as Rego prints it, `undefined`, `<code>: <message>`, or `limit: <name>`. */
export function outcomeText(result: Evaluation): string {
  switch (result.outcome) {
    case 'value':
      return printValue(result.value);
    case 'undefined':
      return 'undefined';
    case 'error':
      return `${result.error.code}: ${result.error.message}`;
    case 'limit':
      return `limit: ${result.limit}`;
  }
}

/**
 * Limits steps instead of time: the number of steps is the same on every machine, whereas a busy machine can take ten times as long as an
 * idle one.
 */
const PATIENT = { deadlineMs: 60_000, maxSteps: 1_000_000 };

/** Returns the value of `data.a.p` in a module of package `a`, as text. */
export function valueOfP(
  source: string,
  {
    input,
    data,
    limits,
    ...options
  }: EvaluateOptions & { readonly input?: unknown; readonly data?: CompileOptions['data'] } = {},
): string {
  const rule = policyOf(source, data).prepareRule('a.p');
  if (rule === undefined) {
    throw new Error('there is no rule p');
  }
  return outcomeText(
    rule.evaluate(input === undefined ? undefined : fromJson(input), { ...options, limits: { ...PATIENT, ...limits } }),
  );
}

/** Returns the result of a query against a policy of these files, as text: the bindings of each solution, or the error. */
export function answersTo(
  query: string,
  {
    files = {},
    input,
    data,
    limits,
    ...options
  }: EvaluateOptions & {
    readonly files?: Readonly<Record<string, string>>;
    readonly input?: unknown;
    readonly data?: CompileOptions['data'];
  } = {},
): string {
  const prepared = policyOfFiles(files, data).prepareQuery(query);
  if (!prepared.ok) {
    throw new Error(prepared.errors.map(String).join('\n'));
  }
  const result = prepared.query.evaluate(input === undefined ? undefined : fromJson(input), {
    ...options,
    limits: { ...PATIENT, ...limits },
  });
  if (result.outcome !== 'results') {
    return outcomeText(result);
  }
  const texts = result.bindings.map((binding) => [...binding].map(([name, value]) => `${name} = ${printValue(value)}`));
  return texts.map((text) => `{${text.join(', ')}}`).join(' ');
}

/** Returns the number of steps that it takes to evaluate `data.a.p`, excluding the steps for compiling it. */
export function stepsOfP(source: string, input: unknown): number {
  const rule = policyOf(source).prepareRule('a.p');
  const value = fromJson(input);
  rule?.evaluate(value);
  const budget = new Budget({ ...DEFAULT_LIMITS, deadlineMs: Number.POSITIVE_INFINITY });
  rule?.evaluate(value, { budget });
  return budget.usedSteps;
}
