import type { ArgumentType } from '../builtins/builtin.js';
import type { Term } from '../syntax/ast.js';
import type { BuiltinSignature } from './signature.js';

const UNKNOWN = '???';

const CONTAINERS: Readonly<Record<string, string>> = {
  array: 'array[any]',
  object: 'object[any: any]',
  set: 'set[any]',
};

/** Formats a type as OPA does: `any<array[any], set[any]>`. */
function describeType(type: ArgumentType): string {
  if (type === 'any') {
    return 'any';
  }
  const names = type.map((name) => CONTAINERS[name] ?? name);
  return names.length === 1 ? names.join('') : `any<${names.join(', ')}>`;
}

export function describeSignature(signature: BuiltinSignature): string {
  return `(${[...signature.args, signature.result].map(describeType).join(', ')})`;
}

/** Formats the argument types that are known before inference: the types of constants. */
export function describeArguments(args: readonly Term[]): string {
  return `(${args.map(describeTerm).join(', ')})`;
}

function describeTerm(term: Term): string {
  switch (term.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return term.kind;
    case 'template':
      return 'string';
    case 'array':
    case 'object':
    case 'set':
      return CONTAINERS[term.kind] ?? UNKNOWN;
    case 'var':
    case 'ref':
    case 'arrayComprehension':
    case 'setComprehension':
    case 'objectComprehension':
    case 'call':
      return UNKNOWN;
  }
}
