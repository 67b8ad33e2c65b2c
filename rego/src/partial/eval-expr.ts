import type { Eval, Next } from './eval.js';
import { evalCall } from './eval-call.js';
import { evalEvery } from './eval-every.js';
import { evalNot } from './eval-not.js';
import { evalWith } from './eval-with.js';
import { isEquality, isFalse, type PTerm, termExpr } from './terms.js';

/** Evaluates the current expression of a body, and the expressions after it for each solution (OPA, topdown/eval.go, `evalExpr`). */
export function evalExpr(e: Eval, next: Next): void {
  if (e.expr.with.length > 0) {
    evalWith(e, evalStep, next);
  } else {
    evalStep(e, () => {
      e.next(next);
    });
  }
}

/** Evaluates the current expression, without its modifiers (OPA `evalStep`). */
function evalStep(e: Eval, next: Next): void {
  const { expr } = e;
  if (expr.negated) {
    evalNot(e, next);
  } else if (expr.kind === 'every') {
    evalEvery(e, expr, next);
  } else if (expr.kind === 'term') {
    evalTerm(e, expr.term, next);
  } else if (isEquality(expr)) {
    e.unify(expr.args[0], expr.args[1], e.bindings, e.bindings, next);
  } else {
    evalCall(e, expr, next);
  }
}

/** Evaluates a term as an expression, which holds if its value is not false. */
function evalTerm(e: Eval, term: PTerm, next: Next): void {
  const { inlining, saveSet } = e.session;
  const name = `$_term_${e.queryId}_${e.index}`;
  const result: PTerm = { kind: 'var', name };
  inlining.pushCondition(name);
  e.unify(term, result, e.bindings, e.bindings, () => {
    if (saveSet.contains(result, e.bindings)) {
      e.save([e.saved(termExpr(result), e.bindings)], next);
    } else if (!isFalse(e.bindings.plug(result))) {
      next();
    }
  });
  inlining.popCondition();
}
