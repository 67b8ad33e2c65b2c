import type { PartialOptions, Policy, QueryEvaluation } from '../policy-engine.js';
import { parseBody } from '../syntax/parser.js';
import { singleTerm } from '../syntax/single-term.js';
import { parseJson, stringifyJson, toJson } from '../values/json.js';
import type { Value } from '../values/value.js';
import { type CommandSetting, type RegoCommand, RegoCommandFault } from './command.js';
import { evalPartially } from './eval-partial.js';
import { loadPolicy, printErrors } from './load-policy.js';
import { oneOf, parseOptions, PATH_OPTIONS, readText } from './options.js';

const RULE = /^[A-Za-z_][\w]*(\.[A-Za-z_]\w*)*$/;
const FORMATS = ['json', 'raw', 'values', 'bindings'] as const;

/** `rego eval -d <path> <query>` */
export const evalCommand = (setting: CommandSetting): RegoCommand => ({
  name: 'eval',
  summary: 'Evaluate a rule or a query',
  usage: `Usage: ${setting.program} eval [options] [<path>…] <query>

  <query>               a rule (authz.allow, data.authz.allow) or Rego ("data.authz.roles[r]")
  -d, --data <path>     a .rego, .json or .yaml file, or a folder of them; can be repeated
  -b, --bundle <path>   a bundle, in which only data.json and data.yaml are data
  -i, --input <file>    the input document as JSON; - reads standard input
  -I, --stdin-input     read the input document from standard input
  -f, --format <form>   json (all results), raw (the value), values, bindings (default ${setting.evalFormat})
  --fail                exit with 1 if the result is undefined, empty or false
  --fail-defined        exit with 1 if the result is defined and not false
  --strict-builtin-errors
                        treat errors of built-in functions as fatal
  -p, --partial         evaluate as far as possible without the unknowns; --format can be
                        json, pretty or source
  -u, --unknowns <path> an unknown document (default input); can be repeated
  --disable-inlining <path>
                        keep references to this rule or document; can be repeated
  --shallow-inlining    keep references to rules that depend on unknowns
  --nondeterministic-builtins
                        call functions such as time.now_ns now`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, {
      ...PATH_OPTIONS,
      input: { type: 'string', short: 'i' },
      'stdin-input': { type: 'boolean', short: 'I', default: false },
      format: { type: 'string', short: 'f' },
      fail: { type: 'boolean', default: false },
      'fail-defined': { type: 'boolean', default: false },
      'strict-builtin-errors': { type: 'boolean', default: false },
      ...PARTIAL_OPTIONS,
    });
    const query = positionals.at(-1);
    if (query === undefined) throw new RegoCommandFault('Name a rule or a query to evaluate.', true);
    const paths = { data: [...values.data, ...positionals.slice(0, -1)], bundle: values.bundle };
    const loaded = await loadPolicy(setting, paths, terminal);
    if (loaded === null) return 1;
    const inputFile = values['stdin-input'] ? '-' : values.input;
    const input = inputFile === undefined ? undefined : readInput(inputFile);
    const options = {
      strictBuiltinErrors: values['strict-builtin-errors'],
      limits: { deadlineMs: 60_000, maxSteps: Number.MAX_SAFE_INTEGER },
    };
    const { fail, 'fail-defined': failDefined } = values;
    if (values.partial) {
      const request = { query: queryOf(query), input, format: values.format, fail, failDefined };
      return evalPartially(loaded.policy, { ...request, options: { ...options, ...partialOptions(values) } }, terminal);
    }
    const format = oneOf('format', values.format ?? setting.evalFormat, FORMATS);
    const prepared = prepare(loaded.policy, query);
    if (!prepared.ok) {
      printErrors(prepared.errors, terminal, false);
      return 1;
    }
    const evaluation = prepared.query.evaluate(input, {
      ...options,
      print: (line) => {
        terminal.err(`${line}\n`);
      },
    });
    if (evaluation.outcome !== 'results') {
      terminal.err(`${evaluation.outcome === 'error' ? evaluation.error.toString() : evaluation.message}\n`);
      return 1;
    }
    terminal.out(PRINTED[format](evaluation.bindings, query));
    const isDefined = holds(evaluation.bindings);
    return (fail && !isDefined) || (failDefined && isDefined) ? 1 : 0;
  },
});

/** The variable for the value of the query; no user variable has this name. */
const RESULT = '__value__';
const EQUATIONS = new Set(['eq', 'assign']);

const PARTIAL_OPTIONS = {
  partial: { type: 'boolean', short: 'p', default: false },
  unknowns: { type: 'string', short: 'u', multiple: true, default: ['input'] as string[] },
  'disable-inlining': { type: 'string', multiple: true, default: [] as string[] },
  'shallow-inlining': { type: 'boolean', default: false },
  'nondeterministic-builtins': { type: 'boolean', default: false },
  // OPA's spelling.
  'nondeterminstic-builtins': { type: 'boolean', default: false },
} as const;

interface PartialValues {
  readonly unknowns: readonly string[];
  readonly 'disable-inlining': readonly string[];
  readonly 'shallow-inlining': boolean;
  readonly 'nondeterministic-builtins': boolean;
  readonly 'nondeterminstic-builtins': boolean;
}

function partialOptions(values: PartialValues): PartialOptions {
  return {
    unknowns: values.unknowns,
    disableInlining: values['disable-inlining'],
    shallowInlining: values['shallow-inlining'],
    nondeterministicBuiltins: values['nondeterministic-builtins'] || values['nondeterminstic-builtins'],
  };
}

/** Binds the value of a rule or of a single expression that is not an equation. Other queries only return their bindings. */
function prepare(policy: Policy, query: string): ReturnType<Policy['prepareQuery']> {
  if (RULE.test(query)) return policy.prepareQuery(`${RESULT} = ${queryOf(query)}`);
  return policy.prepareQuery(isOneTerm(query) ? `${RESULT} = (${query})` : query);
}

function isOneTerm(query: string): boolean {
  const parsed = parseBody(query, 'query');
  const term = parsed.ok ? singleTerm(parsed.body) : null;
  return term !== null && (term.kind !== 'call' || !EQUATIONS.has(term.operator));
}

/** Returns the query, with `data.` in front of the path of a rule. */
function queryOf(query: string): string {
  const isFull = !RULE.test(query) || query.startsWith('data.') || query === 'data' || query.startsWith('input');
  return isFull ? query : `data.${query}`;
}

function readInput(path: string): Value {
  const text = readText(path);
  try {
    return parseJson(text);
  } catch (error) {
    throw new RegoCommandFault(`${path} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Bindings = Extract<QueryEvaluation, { outcome: 'results' }>['bindings'];

const PRINTED: Readonly<Record<(typeof FORMATS)[number], (results: Bindings, query: string) => string>> = {
  json: asOpa,
  raw,
  values: (results) => json(results.map((bindings) => [toJson(valueOf(bindings))])),
  bindings: (results) => json(results.map(plain)),
};

/** Returns the value of the query. An expression that holds without a value is true. */
const valueOf = (bindings: ReadonlyMap<string, Value>): Value => bindings.get(RESULT) ?? true;
const hasVariables = (bindings: ReadonlyMap<string, Value>): boolean => bindings.size > (bindings.has(RESULT) ? 1 : 0);
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function raw(results: Bindings): string {
  const lines = results.map((bindings) =>
    hasVariables(bindings) ? JSON.stringify(plain(bindings)) : stringifyJson(valueOf(bindings)),
  );
  return lines.length === 0 ? 'undefined\n' : `${lines.join('\n')}\n`;
}

/** Formats `{"result": [{"expressions": [{"value", "text"}], "bindings": {…}}]}`, or `{}` without results. */
function asOpa(results: Bindings, query: string): string {
  const result = results.map((bindings) => {
    const expressions = [{ value: toJson(valueOf(bindings)), text: query }];
    return hasVariables(bindings) ? { expressions, bindings: plain(bindings) } : { expressions };
  });
  return json(result.length === 0 ? {} : { result });
}

function plain(bindings: ReadonlyMap<string, Value>): Record<string, unknown> {
  const variables = [...bindings].filter(([name]) => name !== RESULT);
  return Object.fromEntries(variables.map(([name, value]) => [name, toJson(value)]));
}

/** Returns whether a query or a rule holds: a query holds if it has a result, and a rule holds if its value is not false. */
function holds(results: Bindings): boolean {
  return results.some((bindings) => bindings.get(RESULT) !== false);
}
