import type { RegoError } from '../errors.js';
import { compilePolicy } from '../node.js';
import type { PartialOptions, PreparedQuery } from '../policy-engine.js';
import { fromJson } from '../values/json.js';
import { printValue } from '../values/print.js';
import { printBody, printModule } from './print-syntax.js';
import { RandomPolicies } from './test-support.js';

const LIMITS = { deadlineMs: 60_000, maxSteps: 1_000_000 };
const DATA = { d: { a: 1, xs: [1, 2, 'a'] } };
const OPTIONS: readonly PartialOptions[] = [
  {},
  { shallowInlining: true },
  { unknowns: ['input.a'] },
  { disableInlining: ['data.test.p0'] },
];

/** Returns the solutions of queries as a set of texts, or `undefined` if one fails. */
function solutions(queries: readonly PreparedQuery[], input: unknown): ReadonlySet<string> | undefined {
  const found = new Set<string>();
  for (const query of queries) {
    const result = query.evaluate(fromJson(input), { limits: LIMITS });
    if (result.outcome !== 'results') {
      return undefined;
    }
    for (const bindings of result.bindings) {
      const x = bindings.get('x');
      found.add(x === undefined ? 'holds' : printValue(x));
    }
  }
  return found;
}

/** Returns the prepared queries of a policy, or `undefined` if the type check shows that one of them never holds. */
function prepared(files: Readonly<Record<string, string>>, queries: readonly string[]): PreparedQuery[] | undefined {
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  const compiled = compilePolicy(sources, { data: DATA });
  const all: PreparedQuery[] = [];
  let { errors } = compiled.ok ? { errors: [] as readonly RegoError[] } : compiled;
  for (const query of compiled.ok ? queries : []) {
    const result = compiled.ok ? compiled.policy.prepareQuery(query === '' ? 'true' : query) : undefined;
    if (result?.ok === true) {
      all.push(result.query);
    } else {
      errors = [...errors, ...(result?.errors ?? [])];
    }
  }
  const fault = errors.find(({ code }) => code !== 'rego_type_error');
  if (fault !== undefined) {
    throw new Error(`${String(fault)}\n${[...Object.values(files), ...queries].join('\n')}`);
  }
  return errors.length === 0 ? all : undefined;
}

/** Returns the residual queries, prepared together with the support modules. */
function residual(text: string, query: string, known: unknown, options: PartialOptions): PreparedQuery[] | undefined {
  const compiled = compilePolicy([{ path: 'p.rego', text }], { data: DATA });
  const given = known === undefined ? undefined : fromJson(known);
  const result = compiled.ok ? compiled.policy.partial(query, given, { limits: LIMITS, ...options }) : undefined;
  if (result?.outcome !== 'partial') {
    return undefined;
  }
  const support = result.support.map((module, at) => [`support${at}.rego`, printModule(module)] as const);
  return prepared({ 'p.rego': text, ...Object.fromEntries(support) }, result.queries.map(printBody));
}

describe('the residual query, evaluated with an input', () => {
  it.each([1, 2])('gives the same result as the original query: random policies %i', (seed) => {
    const random = new RandomPolicies(seed * 7919);
    let compared = 0;
    for (let count = 0; count < 100; count++) {
      const { text, query } = random.policy();
      const options = OPTIONS[count % OPTIONS.length] ?? {};
      const known = options.unknowns === undefined ? undefined : { b: random.value(2), c: random.value(2) };
      const queries = residual(text, query, known, options);
      const original = queries === undefined ? undefined : prepared({ 'p.rego': text }, [query]);
      for (let round = 0; queries !== undefined && original !== undefined && round < 10; round++) {
        const input = { ...random.input(), ...known };
        const expected = solutions(original, input);
        const actual = solutions(queries, input);
        // Two values for one rule are an error, which inlined rules do not detect.
        if (expected !== undefined && actual !== undefined) {
          compared++;
          expect({ text, query, options, input, result: [...actual].sort() }).toEqual({
            text,
            query,
            options,
            input,
            result: [...expected].sort(),
          });
        }
      }
    }
    expect(compared).toBeGreaterThan(200);
  });
});
