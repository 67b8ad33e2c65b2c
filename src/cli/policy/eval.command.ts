import { parseJson, type Policy, type QueryEvaluation, stringifyJson, toJson, type Value } from '@coresdk/rego/node';
import { type Command, CommandFault } from '../command';
import { oneOf, parseOptions, readText } from '../options';
import { loadPolicy, printErrors } from './load-policy';

const RULE = /^[A-Za-z_][\w]*(\.[A-Za-z_]\w*)*$/;

/** `coresdk policy eval <dir> <query>`; also `coresdk policy eval <query> --bundle-dir <dir>`, as existing scripts write it. */
export const policyEval: Command = {
  name: 'policy eval',
  summary: 'Evaluate a rule or a query',
  usage: `Usage: coresdk policy eval <dir> <query> [options]
       coresdk policy eval <query> --bundle-dir <dir> [options]

  <query>              a rule (authz.allow, data.authz.allow) or Rego ("data.authz.roles[r]")
  -i, --input <file>   the input document, JSON; - reads standard input
  -f, --format <form>  raw (the value; default), json (all results, as opa prints them)
  --fail               exit 1 when the result is undefined or false
  --strict             errors of built-in functions are fatal`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, {
      input: { type: 'string', short: 'i' },
      'bundle-dir': { type: 'string', short: 'd', multiple: true, default: [] },
      format: { type: 'string', short: 'f', default: 'raw' },
      fail: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
    });
    const format = oneOf('format', values.format, ['raw', 'json']);
    const query = positionals.at(-1);
    const paths = [...values['bundle-dir'], ...positionals.slice(0, -1)];
    if (query === undefined || paths.length === 0) throw new CommandFault('Name a folder and a query.', true);
    const loaded = await loadPolicy(paths, terminal);
    if (loaded === null) return 1;
    const prepared = prepare(loaded.policy, query);
    if (!prepared.ok) {
      printErrors(prepared.errors, terminal, false);
      return 1;
    }
    const input = values.input === undefined ? undefined : readInput(values.input);
    const evaluation = prepared.query.evaluate(input, {
      strictBuiltinErrors: values.strict,
      limits: { deadlineMs: 60_000, maxSteps: Number.MAX_SAFE_INTEGER },
      print: (line) => {
        terminal.err(`${line}\n`);
      },
    });
    if (evaluation.outcome !== 'results') {
      terminal.err(`${evaluation.outcome === 'error' ? evaluation.error.toString() : evaluation.message}\n`);
      return 1;
    }
    terminal.out(format === 'json' ? asOpa(evaluation.bindings, query) : raw(evaluation.bindings));
    return values.fail && !holds(evaluation.bindings) ? 1 : 0;
  },
};

const RESULT = 'result';

/** A plain rule is asked for its value; anything else is a query with bindings of its own. */
function prepare(policy: Policy, query: string): ReturnType<Policy['prepareQuery']> {
  if (!RULE.test(query)) return policy.prepareQuery(query);
  const path = query.startsWith('data.') || query === 'data' || query.startsWith('input') ? query : `data.${query}`;
  return policy.prepareQuery(`${RESULT} = ${path}`);
}

function readInput(path: string): Value {
  try {
    return parseJson(readText(path));
  } catch (error) {
    if (error instanceof CommandFault) throw error;
    throw new CommandFault(`${path} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Bindings = Extract<QueryEvaluation, { outcome: 'results' }>['bindings'];

function raw(results: Bindings): string {
  const lines = results.map((bindings) => {
    const value = bindings.get(RESULT);
    if (value !== undefined && bindings.size === 1) return stringifyJson(value);
    return bindings.size === 0 ? 'true' : JSON.stringify(plain(bindings));
  });
  return lines.length === 0 ? 'undefined\n' : `${lines.join('\n')}\n`;
}

/** `{"result": [{"expressions": [{"value", "text"}], "bindings": {…}}]}`, without results `{}`. */
function asOpa(results: Bindings, query: string): string {
  const result = results.map((bindings) => {
    const value = bindings.get(RESULT);
    const isValue = value !== undefined && bindings.size === 1;
    const expressions = [{ value: isValue ? toJson(value) : true, text: query }];
    return isValue || bindings.size === 0 ? { expressions } : { expressions, bindings: plain(bindings) };
  });
  return `${JSON.stringify(result.length === 0 ? {} : { result }, null, 2)}\n`;
}

function plain(bindings: ReadonlyMap<string, Value>): Record<string, unknown> {
  return Object.fromEntries([...bindings].map(([name, value]) => [name, toJson(value)]));
}

/** A query holds when it has a result, and a rule when its value is not false. */
function holds(results: Bindings): boolean {
  return results.some((bindings) => bindings.get(RESULT) !== false);
}
