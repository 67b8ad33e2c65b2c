import { NEEDS_NODE } from '../builtins/needs-node.js';
import type { ArgumentType } from '../builtins/builtin.js';

/** The facts about a built-in function that the compiler needs. A `Builtin` provides them. */
export interface BuiltinSignature {
  readonly name: string;
  readonly args: readonly ArgumentType[];
  readonly result: ArgumentType;
  readonly relation?: true;
}

export type BuiltinSignatures = ReadonlyMap<string, BuiltinSignature>;

/**
 * The name of a function that takes any number of arguments, each of which can be undefined, and does not return a result (OPA
 * `ast.Print`).
 */
export const PRINT = 'print';

/** Built-in functions that Rego v1 rejects, with their numbers of arguments (OPA `ast/builtins.go`, "deprecated"). */
export const DEPRECATED: ReadonlyMap<string, number> = new Map([
  ['all', 1],
  ['any', 1],
  ['cast_array', 1],
  ['cast_boolean', 1],
  ['cast_null', 1],
  ['cast_object', 1],
  ['cast_set', 1],
  ['cast_string', 1],
  ['net.cidr_overlap', 2],
  ['re_match', 2],
  ['set_diff', 2],
]);

/** Operators that are written as symbols or keywords in the source. A rule with the same name does not replace them. */
export const INFIX: ReadonlySet<string> = new Set([
  'and',
  'assign',
  'div',
  'eq',
  'equal',
  'gt',
  'gte',
  'internal.member_2',
  'internal.member_3',
  'lt',
  'lte',
  'minus',
  'mul',
  'neq',
  'or',
  'plus',
  'rem',
]);

/** Returns the message for an undefined function. Adds a hint if the function exists in Node, where it is never undefined. */
export function undefinedFunction(name: string): string {
  const unknown = `undefined function ${name}`;
  return NEEDS_NODE.has(name) ? `${unknown}: it needs Node; compile with @coresdk/rego/node` : unknown;
}
