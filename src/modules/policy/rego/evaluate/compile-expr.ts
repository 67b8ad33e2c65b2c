import type { Every, Expr, Term, TermExpr } from '../syntax/ast';
import type { Value } from '../values/value';
import { RegoObject } from '../values/object';
import { RegoSet } from '../values/set';
import { asCheck, chain, FOUND, type ExprCode, type Frame, type Step } from './code';
import { refGenerator } from './compile-ref';
import type { Context } from './context';
import { hasUnbound } from './term-facts';
import { underWith } from './with-scope';

/** The code of one expression of a body, which binds its variables in the context. */
export function compileExpr(context: Context, expr: Expr): ExprCode[] {
  const codes = expr.negated ? [negation(context, expr)] : withModifiers(context, expr);
  return context.world.traced ? [...codes, covered(context, expr)] : codes;
}

/** `not e with …`: the replacements hold while `e` is tried. */
function negation(context: Context, expr: Expr): ExprCode {
  const inner = context.nested();
  const exists = chain(withModifiers(inner, expr), FOUND);
  return { kind: 'check', check: (frame) => !exists(frame) };
}

function withModifiers(context: Context, expr: Expr): ExprCode[] {
  if (expr.with.length === 0) {
    return plain(context, expr);
  }
  const enter = underWith(context, expr);
  const codes = plain(context, expr);
  const check = asCheck(codes);
  if (check !== undefined) {
    return [{ kind: 'check', check: (frame) => enter(frame, check) }];
  }
  const { rt } = context;
  const generate = (next: Step): Step => {
    // What follows the expression sees the scope around it again.
    const run = chain(codes, (frame) => {
      const inner = rt.scope;
      rt.scope = inner.outer ?? inner;
      const stop = next(frame);
      rt.scope = inner;
      return stop;
    });
    return (frame) => enter(frame, run);
  };
  return [{ kind: 'generator', generate }];
}

/** `Program` promises that there is no other kind of expression. */
function plain(context: Context, expr: Expr): ExprCode[] {
  return expr.kind === 'every' ? every(context, expr) : truth(context, (expr as TermExpr).term);
}

/** A term as an expression: neither undefined nor false. */
function truth(context: Context, term: Term): ExprCode[] {
  if (term.kind === 'call' && term.operator === 'eq') {
    const [a, b] = term.args as readonly [Term, Term];
    return context.unify(a, b);
  }
  if (term.kind === 'ref' && hasUnbound(term, context.names)) {
    const slot = context.names.bind(context.names.temporary());
    return [...refGenerator(context, term, slot), { kind: 'check', check: (frame) => frame[slot] !== false }];
  }
  const get = context.getter(term);
  const check = (frame: Frame): boolean => {
    const value = get(frame);
    return value !== undefined && value !== false;
  };
  return [{ kind: 'check', check }];
}

/** Holds when the body does for each member of the domain, also when there is none; not for a domain that is no collection. */
function every(context: Context, expr: Every): ExprCode[] {
  const domain = context.getter(expr.domain);
  const inner = context.nested();
  const keySlot = inner.names.bind(expr.key?.name ?? inner.names.temporary());
  const valueSlot = inner.names.bind(expr.value.name);
  const holds = chain(inner.body(expr.body), FOUND);
  const { rt } = context;
  const test = (frame: Frame, key: Value, value: Value): boolean => {
    rt.budget.step();
    frame[keySlot] = key;
    frame[valueSlot] = value;
    return holds(frame);
  };
  const check = (frame: Frame): boolean => {
    const value = domain(frame);
    if (Array.isArray(value)) {
      return (value as readonly Value[]).every((item, index) => test(frame, index, item));
    }
    if (value instanceof RegoObject) {
      return value.entries().every(([key, item]) => test(frame, key, item));
    }
    return value instanceof RegoSet && value.sorted().every((item) => test(frame, item, item));
  };
  return [{ kind: 'check', check }];
}

function covered(context: Context, expr: Expr): ExprCode {
  const { rt } = context;
  const { file, row } = expr.loc;
  const check = (): boolean => {
    rt.trace?.covered(file, row);
    return true;
  };
  return { kind: 'check', check };
}
