import type { Every, Expr, Term } from '../syntax/ast.js';
import type { Value } from '../values/value.js';
import { RegoObject } from '../values/object.js';
import { RegoSet } from '../values/set.js';
import { asCheck, chain, FOUND, isSingle, type ExprCode, type Frame, type Step } from './code.js';
import { refGenerator } from './compile-ref.js';
import type { Context } from './context.js';
import { hoist, hoistParts } from './hoist.js';
import { hasUnbound } from './term-facts.js';
import { underWith } from './with-scope.js';

/** Compiles one expression of a body and binds its variables in the context. */
export function compileExpr(context: Context, expr: Expr): ExprCode[] {
  const codes = expr.negated ? [negation(context, expr)] : withModifiers(context, expr);
  return context.world.traced ? [...codes, covered(context, expr)] : codes;
}

/** Compiles `not e with …`: the replacements apply while `e` is evaluated. */
function negation(context: Context, expr: Expr): ExprCode {
  const inner = context.nested();
  const exists = chain(withModifiers(inner, expr), FOUND);
  return { kind: 'check', check: (frame) => !exists(frame) };
}

function withModifiers(context: Context, expr: Expr): ExprCode[] {
  if (expr.with.length === 0) {
    return plain(context, expr);
  }
  const out: ExprCode[] = [];
  const enter = underWith(context, expr.with, out);
  const codes = plain(context, expr);
  const check = isSingle(codes) ? asCheck(codes) : undefined;
  if (check !== undefined) {
    out.push({ kind: 'check', check: (frame) => enter(frame, check) });
    return out;
  }
  const { rt } = context;
  const generate = (next: Step): Step => {
    // The code after the expression uses the surrounding scope again.
    const run = chain(codes, (frame) => {
      const inner = rt.scope;
      rt.scope = inner.outer ?? inner;
      const stop = next(frame);
      rt.scope = inner;
      return stop;
    });
    return (frame) => enter(frame, run);
  };
  out.push({ kind: 'generator', generate });
  return out;
}

function plain(context: Context, expr: Expr): ExprCode[] {
  switch (expr.kind) {
    case 'term':
      return truth(context, expr.term);
    case 'every':
      return every(context, expr);
    case 'some':
      return [];
    case 'someIn':
      // The compiler writes these as references; a handwritten query can still contain one.
      return context.unify(expr.value, {
        kind: 'ref',
        loc: expr.loc,
        head: expr.domain,
        path: [expr.key ?? { kind: 'var', loc: expr.loc, name: context.names.temporary() }],
      });
  }
}

/** Compiles a term as an expression, which holds if it is neither undefined nor false. */
function truth(context: Context, term: Term): ExprCode[] {
  if (term.kind === 'call' && (term.operator === 'eq' || term.operator === 'assign')) {
    const [a, b] = term.args;
    return a === undefined || b === undefined ? [] : context.unify(a, b);
  }
  const out: ExprCode[] = [];
  const inner = hoistParts(context, term, out);
  if (inner.kind === 'ref' && hasUnbound(inner, context.names)) {
    const slot = context.names.bind(context.names.temporary());
    out.push(...refGenerator(context, inner, slot));
    out.push({ kind: 'check', check: (frame) => frame[slot] !== false });
    return out;
  }
  const get = context.getter(hoist(context, inner, out));
  const check = (frame: Frame): boolean => {
    const value = get(frame);
    return value !== undefined && value !== false;
  };
  out.push({ kind: 'check', check });
  return out;
}

/** Holds if the body holds for each member of the domain, or if the domain is empty. Fails for a domain that is not a collection. */
function every(context: Context, expr: Every): ExprCode[] {
  const out: ExprCode[] = [];
  const domain = context.getter(hoist(context, expr.domain, out));
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
  out.push({ kind: 'check', check });
  return out;
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
