import { PORTABLE_BUILTINS } from '../builtins/builtins.js';
import { RegoError } from '../errors.js';
import type { Value } from '../values/value.js';
import { parseTerm } from '../syntax/parser.js';
import { RegoObject } from '../values/object.js';
import { BodyCompiler } from './body-compiler.js';
import { LinkedProgram } from './linked-program.js';
import { Names } from './names.js';
import { Runtime } from './runtime.js';

const NO_RULES = { root: { path: [], children: new Map(), group: undefined }, packageAnnotations: new Map() };

/**
 * Returns the value of a Rego term without variables (`{"a": {1, 2}}`), the form in which tests and tools write inputs. Throws `RegoError`
 * for anything else.
 */
export function evaluateGroundTerm(text: string): Value {
  const parsed = parseTerm(text);
  if (!parsed.ok) {
    throw parsed.errors[0] ?? new RegoError('rego_parse_error', 'expected exactly one term');
  }
  const rt = new Runtime(RegoObject.EMPTY, []);
  const world = new LinkedProgram(rt, NO_RULES, { builtins: PORTABLE_BUILTINS, traced: false });
  const get = new BodyCompiler(world, Names.empty(), undefined).getter(parsed.term);
  const value = rt.run(undefined, {}, () => get([]));
  if (value === undefined) {
    throw new RegoError('eval_internal_error', 'the term is undefined');
  }
  return value;
}
