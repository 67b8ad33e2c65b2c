import type { CallTerm, Term } from '../syntax/ast.js';
import { displayValue } from '../values/print.js';
import type { Getter } from './code.js';
import { chain } from './code.js';
import type { Context } from './context.js';

const UNDEFINED_TEXT = '<undefined>';

/**
 * Compiles `print`, which prints undefined arguments as `<undefined>` and never fails. Does not evaluate anything if there is no listener.
 */
export function printGetter(context: Context, call: CallTerm): Getter {
  const texts = call.args.map((arg) => textGetter(context, arg));
  const { rt } = context;
  return (frame) => {
    const print = rt.context.print;
    if (print !== undefined) {
      print(texts.map((text) => text(frame)).join(' '));
    }
    return true;
  };
}

/** Returns the text of a term's value, as `print` and template strings show it. Uses the first value if there are several. */
export function textGetter(context: Context, term: Term): (frame: Parameters<Getter>[0]) => string {
  const get = firstValue(context, term);
  return (frame) => {
    const value = get(frame);
    return value === undefined ? UNDEFINED_TEXT : displayValue(value);
  };
}

function firstValue(context: Context, term: Term): Getter {
  const inner = context.nested();
  const result = inner.names.temporary();
  const codes = inner.unify({ kind: 'var', loc: term.loc, name: result }, term);
  const slot = inner.names.slot(result);
  const run = chain(codes, () => true);
  return (frame) => (run(frame) ? frame[slot] : undefined);
}
