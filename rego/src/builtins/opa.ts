import { BuiltinError, type RegoError } from '../errors.js';
import type { Budget } from '../evaluate/budget.js';
import { moduleToData } from '../syntax/ast-json.js';
import { parseModule } from '../syntax/parser.js';
import { byteSizeOf } from '../values/byte-size.js';
import { fromJson } from '../values/json.js';
import { parseNumber } from '../values/number.js';
import type { Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { textOf } from './operands.js';

const MAX_SOURCE_BYTES = 64 * 1024;
/** Parsing cannot be interrupted. Measured: about 400 characters per millisecond when cold, and many times that when warm. */
const CHARACTERS_PER_MS = 400;

/** `opa.runtime` and `rego.*`: a policy's access to the engine, to its own source and to other source text. */
export const OPA: readonly Builtin[] = [
  { name: 'opa.runtime', args: [], result: ['object'], nondeterministic: true, call: (_, { runtime }) => runtime },
  { name: 'rego.metadata.rule', args: [], result: 'any', call: (_, context) => context.metadataRule() },
  { name: 'rego.metadata.chain', args: [], result: ['array'], call: (_, context) => context.metadataChain() },
  {
    name: 'rego.parse_module',
    args: [['string'], ['string']],
    result: ['object'],
    call: ([file, source], { budget }) => parse(textOf(file), textOf(source), budget),
  },
];

function parse(file: string, source: string, budget: Budget): Value {
  budget.reserve(source.length / CHARACTERS_PER_MS);
  budget.step(1 + source.length);
  const parsed = parseModule({ path: file, text: source }, { maxSourceBytes: MAX_SOURCE_BYTES });
  if (!parsed.ok) {
    throw new BuiltinError('eval_builtin_error', describeErrors(parsed.errors));
  }
  const tree = fromJson(moduleToData(parsed.module, (text) => parseNumber(text) ?? Number(text)));
  budget.allocate(byteSizeOf(tree));
  return tree;
}

/** Formats errors as Go prints OPA's `ast.Errors`: with the file and row, and with the column only if there is no file. */
function describeErrors(errors: readonly RegoError[]): string {
  const lines = errors.map(({ code, message, location }) => {
    const { file = '', row = 0, col = 0 } = location ?? {};
    return `${location === undefined ? '' : file === '' ? `${row}:${col}: ` : `${file}:${row}: `}${code}: ${message}`;
  });
  return lines.length === 1
    ? `1 error occurred: ${lines.join('')}`
    : `${lines.length} errors occurred:\n${lines.join('\n')}`;
}
