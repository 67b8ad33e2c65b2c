import type { RefTerm, Term } from '../syntax/ast.js';
import type { ExprCode } from './code.js';
import { enumerateResults } from './compile-call.js';
import { refGenerator } from './compile-ref.js';
import type { Context } from './context.js';
import { hasUnbound, variable } from './term-facts.js';

/**
 * Extracts the parts of a term that can have several values, so that they are evaluated before the term (OPA "rewriteDynamics"): references
 * with unbound variables in their path, and calls to relations. The remaining term has one value, or is a pattern of unbound variables.
 */
export function hoist(context: Context, term: Term, out: ExprCode[]): Term {
  const inner = hoistParts(context, term, out);
  if (inner.kind === 'ref' && hasUnbound(inner, context.names)) {
    return intoTemporary(context, inner, out);
  }
  if (inner.kind === 'call' && context.world.builtin(inner.operator)?.relation === true) {
    const name = context.names.temporary();
    const args = inner.args.map((arg) => context.getter(arg));
    out.push(enumerateResults(context, inner, args, context.names.slot(name)));
    context.names.bind(name);
    return variable(name, term);
  }
  return inner;
}

/** Moves the parts of a term in the same way. The term itself can be an enumerated reference. */
export function hoistParts(context: Context, term: Term, out: ExprCode[]): Term {
  const each = (part: Term): Term => hoist(context, part, out);
  switch (term.kind) {
    case 'array':
    case 'set':
      return { ...term, items: term.items.map(each) };
    case 'object':
      return { ...term, entries: term.entries.map(([key, value]) => [each(key), each(value)] as const) };
    case 'call':
      return term.operator === 'print' ? term : { ...term, args: term.args.map(each) };
    case 'ref':
      return { ...term, head: each(term.head), path: term.path.map(each) };
    case 'arrayComprehension':
    case 'boolean':
    case 'null':
    case 'number':
    case 'objectComprehension':
    case 'setComprehension':
    case 'string':
    case 'template':
    case 'var':
      return term;
  }
}

function intoTemporary(context: Context, ref: RefTerm, out: ExprCode[]): Term {
  const name = context.names.temporary();
  out.push(...refGenerator(context, ref, context.names.slot(name)));
  context.names.bind(name);
  return variable(name, ref);
}
