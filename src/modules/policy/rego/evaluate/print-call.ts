import type { CallTerm, Term } from '../syntax/ast';
import { displayValue } from '../values/print';
import { chain, type ExprCode, type Getter } from './code';
import type { Context } from './context';

const UNDEFINED_TEXT = '<undefined>';

/** `print` prints undefined arguments as `<undefined>` and never fails; without a listener nothing is evaluated. */
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

/** The text of a term's value, as `print` and template strings show it; the first one when it has several. */
export function textGetter(context: Context, term: Term): (frame: Parameters<Getter>[0]) => string {
  const get = firstValue(context, term);
  return (frame) => {
    const value = get(frame);
    return value === undefined ? UNDEFINED_TEXT : displayValue(value);
  };
}

function firstValue(context: Context, term: Term): Getter {
  const inner = context.nested();
  const codes: ExprCode[] = [];
  const get = inner.getter(inner.hoist(term, codes));
  const slot = inner.names.bind(inner.names.temporary());
  const run = chain(codes, (frame) => (frame[slot] = get(frame)) !== undefined);
  return (frame) => (run(frame) ? frame[slot] : undefined);
}
