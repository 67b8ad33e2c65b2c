import { BUILTINS } from '../builtins/builtins';
import { RegoError } from '../errors';
import type { Value } from '../values/value';
import { parseTerm } from '../syntax/parser';
import { RegoObject } from '../values/object';
import { BodyCompiler } from './body-compiler';
import { LinkedProgram } from './linked-program';
import { Names } from './names';
import { Runtime } from './runtime';

const NO_RULES = { root: { path: [], children: new Map(), group: undefined }, packageAnnotations: new Map() };

/** The value of a Rego term without variables (`{"a": {1, 2}}`), as tests and tools write inputs. Throws `RegoError` for anything else. */
export function evaluateGroundTerm(text: string): Value {
  const parsed = parseTerm(text);
  if (!parsed.ok) {
    throw parsed.errors[0] ?? new RegoError('rego_parse_error', 'expected exactly one term');
  }
  const rt = new Runtime(RegoObject.EMPTY, []);
  const world = new LinkedProgram(rt, NO_RULES, { builtins: BUILTINS, traced: false });
  const get = new BodyCompiler(world, Names.empty(), undefined).getter(parsed.term);
  const value = rt.run(undefined, {}, () => get([]));
  if (value === undefined) {
    throw new RegoError('eval_internal_error', 'the term is undefined');
  }
  return value;
}
