import { plugQuery } from './bindings.js';
import { operatorOfPath } from './calls.js';
import { compareTerms } from './compare-terms.js';
import { propagate } from './copy-propagation.js';
import { namespaced } from './data-ref.js';
import { isFeasible } from './feasible.js';
import type { Eval, Next } from './eval.js';
import { isEquality, type PBody, type PExpr, type PTerm, TRUE, valueTerm, varTerm } from './terms.js';
import { someTerm, termsOfExpr, variablesOfExpr } from './walk-terms.js';

/** The maximum size of the product of negated queries that replaces a negation (OPA `maxInlineNegationSize`). */
const MAX_INLINE_NEGATION = 16;

/** Evaluates a negated expression (OPA, topdown/eval.go, `evalNot`). */
export function evalNot(e: Eval, next: Next): void {
  const { expr } = e;
  const child = e.closure([{ ...expr, negated: false, with: [] }]);
  if (e.exprNeedsSave()) {
    evalUnknown(e, child, next);
    return;
  }
  let isDefined = false;
  child.run(() => {
    isDefined = true;
  });
  if (!isDefined) {
    next();
  }
}

/** Negates the residual of the expression: inline if the residual is small, and otherwise with a support rule. */
function evalUnknown(e: Eval, child: Eval, next: Next): void {
  const { session } = e;
  const unknowns = session.saveSet.names();
  const queries: PBody[] = [];
  session.saveStack.pushQuery();
  child.run(() => {
    const body = plugQuery(session.saveStack.peek());
    if (isFeasible(body, session.rules.functions)) {
      session.allocate(1 + body.length);
      queries.push(session.inlining.shallow ? body : propagate(body, unknowns, true));
    }
  });
  session.saveStack.popQuery();
  if (queries.length === 0) {
    next();
  } else if (canInline(unknowns, queries)) {
    inlineProduct(e, queries, [], next);
  } else {
    negateByRule(e, child, unknowns, queries, next);
  }
}

/** Converts `not (a; b)` to `not a` or `not b`: one query for each way to choose one expression from each query. */
function inlineProduct(e: Eval, queries: readonly PBody[], chosen: readonly PExpr[], next: Next): void {
  const [first, ...rest] = queries;
  if (first === undefined) {
    saveNegated(e, chosen, next);
    return;
  }
  for (const expr of first) {
    inlineProduct(e, rest, [...chosen, { ...expr, negated: !expr.negated }], next);
  }
}

function saveNegated(e: Eval, exprs: readonly PExpr[], next: Next): void {
  e.save(
    exprs.map((expr) => ({ expr: { ...expr, with: e.savedModifiers(expr) } })),
    next,
  );
}

/** Moves the queries to a support rule, with arguments for the variables that they share with the query. */
function negateByRule(
  e: Eval,
  child: Eval,
  unknowns: ReadonlySet<string>,
  queries: readonly PBody[],
  next: Next,
): void {
  const { session } = e;
  const name = `__not${e.queryId}_${e.index}_${child.queryId}__`;
  const path = namespaced(session.namespace, [varTerm('data'), valueTerm(name)]);
  const used = new Set(queries.flatMap((query) => query.flatMap((expr) => [...variablesOfExpr(expr)])));
  const args: readonly PTerm[] = [...used]
    .filter((variable) => unknowns.has(variable))
    .map(varTerm)
    .toSorted(compareTerms);
  for (const body of queries) {
    session.support.insert([session.namespace], {
      default: false,
      ref: [name],
      args: args.length === 0 ? undefined : args,
      element: undefined,
      value: TRUE,
      body,
    });
  }
  const base = { negated: true, with: [] } as const;
  const reference: PExpr =
    args.length === 0
      ? { kind: 'term', term: { kind: 'ref', parts: path }, ...base }
      : { kind: 'call', operator: operatorOfPath(path), args, arity: args.length, isSupport: true, ...base };
  saveNegated(e, [reference], next);
}

/**
 * Returns whether a negation can be inlined (OPA `canInlineNegation`): no nested references or calls, and no variables that only these
 * expressions bind.
 */
function canInline(safe: ReadonlySet<string>, queries: readonly PBody[]): boolean {
  let size = 1;
  for (const query of queries) {
    size *= query.length;
    if (size > MAX_INLINE_NEGATION || query.some((expr) => !canNegate(safe, expr))) {
      return false;
    }
  }
  return true;
}

function canNegate(safe: ReadonlySet<string>, expr: PExpr): boolean {
  if (expr.kind === 'every' || expr.with.length > 0) {
    return false;
  }
  if (termsToNegate(expr).some((term) => someTerm([term], isEvaluated))) {
    return false;
  }
  return expr.negated || [...variablesOfExpr(expr, { closures: false })].every((name) => safe.has(name));
}

/** Returns the terms that must not contain references: the path of an operand that is itself a reference, and any other operand. */
function termsToNegate(expr: PExpr): readonly PTerm[] {
  if (expr.kind === 'call' && !isEquality(expr)) {
    return expr.args;
  }
  return termsOfExpr(expr).flatMap((term) => (term.kind === 'ref' ? term.parts.slice(1) : [term]));
}

const isEvaluated = (term: PTerm): boolean => term.kind === 'ref' || term.kind === 'call';
