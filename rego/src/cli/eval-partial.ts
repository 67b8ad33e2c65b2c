import { type Residual, residualOf } from '../partial/residual.js';
import type { PartialOptions, Policy } from '../policy-engine.js';
import type { Value } from '../values/value.js';
import type { ExitCode, Terminal } from './command.js';
import { printErrors } from './load-policy.js';
import { oneOf } from './options.js';

const FORMATS = ['json', 'pretty', 'source'] as const;

/** The query to evaluate, and the format of the output. */
export interface PartialRequest {
  readonly query: string;
  readonly input: Value | undefined;
  /** `json` if unset. */
  readonly format: string | undefined;
  readonly options: PartialOptions;
  readonly fail: boolean;
  readonly failDefined: boolean;
}

/** Evaluates a query partially and prints the residual query, as `opa eval --partial` does. */
export function evalPartially(policy: Policy, request: PartialRequest, terminal: Terminal): ExitCode {
  const format = oneOf('format', request.format ?? 'json', FORMATS);
  const result = policy.partial(request.query, request.input, request.options);
  if (result.outcome === 'invalid') {
    printErrors(result.errors, terminal, false);
    return 1;
  }
  if (result.outcome !== 'partial') {
    terminal.err(`${result.outcome === 'error' ? result.error.toString() : result.message}\n`);
    return 1;
  }
  const residual = residualOf(result);
  terminal.out(PRINTED[format](residual));
  const isDefined = residual.queries.length > 0;
  return (request.fail && !isDefined) || (request.failDefined && isDefined) ? 1 : 0;
}

const PRINTED: Readonly<Record<(typeof FORMATS)[number], (residual: Residual) => string>> = { json, pretty, source };

/** Formats `{"partial": {"queries": […], "modules": […]}}`, omitting empty lists. */
function json({ queries, support }: Residual): string {
  const partial = {
    ...(queries.length === 0 ? {} : { queries: queries.map(({ ast }) => ast) }),
    ...(support.length === 0 ? {} : { modules: support.map(({ ast }) => ast) }),
  };
  return `${JSON.stringify({ partial }, null, 2)}\n`;
}

function source({ queries, support }: Residual): string {
  const ofQueries = queries.map(({ text }, at) => `# Query ${at + 1}\n${text === '' ? '' : `${text}\n`}\n`);
  return [...ofQueries, ...support.map(({ text }, at) => `# Module ${at + 1}\n${text}`)].join('');
}

/** Formats a table with a row for each query and module. */
function pretty({ queries, support }: Residual): string {
  const rows = [
    ...queries.map(({ text }, at) => [`Query ${at + 1}`, text] as const),
    ...support.map(({ text }, at) => [`Support ${at + 1}`, text] as const),
  ];
  if (queries.length === 0) {
    return 'undefined\n';
  }
  const cells = rows.map(([name, text]) => [name, text.trim().replaceAll('\t', '  ').split('\n')] as const);
  const nameWidth = Math.max(...cells.map(([name]) => name.length));
  const textWidth = Math.max(...cells.flatMap(([, lines]) => lines.map((line) => [...line].length)));
  const line = (left: string, middle: string, right: string): string =>
    `${left}${'─'.repeat(nameWidth + 2)}${middle}${'─'.repeat(textWidth + 2)}${right}\n`;
  const row = ([name, lines]: (typeof cells)[number]): string =>
    lines
      .map((text, at) => {
        const padding = ' '.repeat(textWidth - [...text].length);
        return `│ ${(at === 0 ? name : '').padEnd(nameWidth)} │ ${text}${padding} │\n`;
      })
      .join('');
  return `${line('┌', '┬', '┐')}${cells.map(row).join(line('├', '┼', '┤'))}${line('└', '┴', '┘')}`;
}
