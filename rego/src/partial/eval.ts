import { Bindings, type SavedExpr } from './bindings.js';
import type { Session } from './session.js';
import {
  capturesResult,
  type CallExpr,
  equality,
  type PBody,
  type PExpr,
  type PTerm,
  type PWith,
  termExpr,
  TRUE,
} from './terms.js';
import { someTerm, termsOfExpr, variablesOf } from './walk-terms.js';

/** Continues the evaluation; called once for each solution. */
export type Next = () => void;

/**
 * The two functions that every part of the evaluation can call recursively. `Eval` receives them, so that the parts can import `Eval`
 * without being imported by it.
 */
export interface Evaluator {
  /** Evaluates the current expression of a body, and the expressions after it for each solution. */
  readonly evalExpr: (e: Eval, next: Next) => void;
  /** Unifies two terms; see `Eval.unify`. */
  readonly unify: (
    e: Eval,
    left: PTerm,
    right: PTerm,
    leftBindings: Bindings,
    rightBindings: Bindings,
    next: Next,
  ) => void;
}

/**
 * The evaluation of one body (OPA, topdown/eval.go, `eval`). Evaluates its expressions in sequence: each expression calls the rest once for
 * each of its solutions. Expressions that depend on unknowns are saved instead, and the rest continues as if they held.
 */
export class Eval {
  /** The index of the current expression. */
  index = 0;
  readonly queryId: number;

  constructor(
    private readonly evaluator: Evaluator,
    readonly session: Session,
    readonly query: PBody,
    readonly bindings: Bindings,
    id = session.nextQueryId(),
  ) {
    this.queryId = id;
  }

  /** Returns the evaluation of a body with the same variables. */
  closure(query: PBody): Eval {
    return new Eval(this.evaluator, this.session, query, this.bindings);
  }

  /** Returns an evaluation for terms unified between expressions: saved equations have no modifiers. */
  plain(): Eval {
    return this.closure([termExpr(TRUE)]);
  }

  /** Returns the evaluation of the body of a rule, which has its own variables. */
  child(query: PBody): Eval {
    const id = this.session.nextQueryId();
    return new Eval(this.evaluator, this.session, query, new Bindings(id), id);
  }

  get expr(): PExpr {
    const expr = this.query[this.index];
    if (expr === undefined) {
      throw new Error(`expression ${this.index} of ${this.query.length} does not exist`);
    }
    return expr;
  }

  /** Returns whether evaluating the current expression would save something. */
  exprNeedsSave(): boolean {
    return this.session.exprNeedsSave(this.expr, this.bindings);
  }

  /** Evaluates the current expression and the expressions after it. */
  run(next: Next): void {
    if (this.index >= this.query.length) {
      next();
      return;
    }
    this.session.nest(() => {
      this.evaluator.evalExpr(this, next);
    });
  }

  /** Evaluates the expressions after the current one. */
  next(next: Next): void {
    this.index++;
    this.run(next);
    this.index--;
  }

  /** Unifies two terms, each with its bindings, and continues for each solution. */
  unify(left: PTerm, right: PTerm, leftBindings: Bindings, rightBindings: Bindings, next: Next): void {
    this.evaluator.unify(this, left, right, leftBindings, rightBindings, next);
  }

  /** Returns an expression that replaces the current one, with the modifiers that apply in the result. */
  saved(expr: PExpr, bindings: Bindings, right?: Bindings): SavedExpr {
    const saved = { ...expr, with: this.savedModifiers(expr) };
    return right === undefined ? { expr: saved, bindings } : { expr: saved, bindings, right };
  }

  /**
   * Returns the modifiers of the current expression, for an expression that is saved instead of it. Includes replaced functions only if the
   * expression has not been evaluated. Otherwise its calls already name the replacements.
   */
  savedModifiers(expr: PExpr): readonly PWith[] {
    const { session } = this;
    const isEvaluated = !session.hasMocks() || (expr.kind !== 'every' && !this.callsLater(expr));
    const modifiers = this.pluggedModifiers(this.expr);
    return isEvaluated ? modifiers.filter(({ isFunction }) => !isFunction) : modifiers;
  }

  private callsLater(expr: PExpr): boolean {
    const { session } = this;
    if (expr.kind === 'call' && expr.isSupport !== true && session.rules.functions.group(expr.operator) !== undefined) {
      return true;
    }
    return someTerm(termsOfExpr(expr), (term) => {
      const [head] = term.kind === 'ref' ? term.parts : [];
      const isRule =
        head?.kind === 'var' && head.name === 'data' && term.kind === 'ref' && !session.isSupport(term.parts);
      return term.kind === 'closure' || isRule;
    });
  }

  /** Saves expressions while the rest is evaluated. `unknown`: terms whose variables become unknown, with their bindings. */
  save(exprs: readonly SavedExpr[], next: Next, unknown: readonly (readonly [PTerm, Bindings])[] = []): void {
    const { session } = this;
    const { saveSet } = session;
    session.allocate(exprs.length);
    let count = 0;
    for (const [term, bindings] of unknown) {
      count += pushUnknown(session, term, bindings);
    }
    session.saveStack.saving(exprs, next);
    saveSet.pop(count);
  }

  /** Saves the unification of two terms. */
  saveUnify(a: PTerm, b: PTerm, ofA: Bindings, ofB: Bindings, next: Next): void {
    this.save([this.saved(equality(a, b), ofA, ofB)], next, [
      [a, ofA],
      [b, ofB],
    ]);
  }

  /** Saves a call; the variable that captures its result becomes unknown. */
  saveCall(call: CallExpr, next: Next): void {
    const result = call.args[call.args.length - 1];
    const captured = capturesResult(call) && result !== undefined ? [[result, this.bindings] as const] : [];
    this.save([this.saved(call, this.bindings)], next, captured);
  }

  /** Adds equations to the body of a comprehension for the outer variables that it uses (OPA `amendComprehension`). */
  amend(term: PTerm, bindings: Bindings): PTerm {
    if (term.kind !== 'closure') {
      return term;
    }
    const used = variablesOf([term]);
    const namespaced = bindings.namespace(term);
    const equations: PExpr[] = [];
    for (const [name, value] of bindings.entries()) {
      if (used.has(name)) {
        equations.push(equality(bindings.namespacedVar(name), value));
      }
    }
    this.session.allocate(1 + equations.length);
    return namespaced.kind === 'closure' ? { ...namespaced, body: [...namespaced.body, ...equations] } : namespaced;
  }

  /** Returns a term as it appears in the result. */
  plugged(term: PTerm): PTerm {
    return term.kind === 'closure' ? this.amend(term, this.bindings) : this.bindings.plug(term, true);
  }

  /** Returns a body as it appears in the result, if it is saved completely. */
  pluggedBody(body: PBody): PBody {
    return body.map((expr) => {
      switch (expr.kind) {
        case 'term':
          return { ...expr, term: this.plugged(expr.term), with: this.pluggedModifiers(expr) };
        case 'call':
          return { ...expr, args: expr.args.map((arg) => this.plugged(arg)), with: this.pluggedModifiers(expr) };
        case 'every':
          return { ...this.pluggedEvery(expr), with: this.pluggedModifiers(expr) };
      }
    });
  }

  pluggedEvery(expr: Extract<PExpr, { kind: 'every' }>): Extract<PExpr, { kind: 'every' }> {
    return {
      ...expr,
      key: this.bindings.plug(expr.key, true),
      value: this.bindings.plug(expr.value, true),
      domain: this.plugged(expr.domain),
      body: this.pluggedBody(expr.body),
    };
  }

  /** Returns the modifiers of an expression as they appear in the result. */
  pluggedModifiers(expr: PExpr): readonly PWith[] {
    return expr.with.map((modifier) =>
      modifier.value.kind === 'operator' ? modifier : { ...modifier, value: this.plugged(modifier.value) },
    );
  }
}

/** Marks the variables without a value in a term as unknown. Returns the number of marked variables (OPA `getSavePairsFromTerm`). */
function pushUnknown(session: Session, term: PTerm, bindings: Bindings): number {
  const { saveSet } = session;
  if (term.kind === 'var') {
    const applied = bindings.apply(term);
    if (applied.term.kind === 'var') {
      saveSet.push(applied.term.name, applied.bindings);
      return 1;
    }
    return pushUnknown(session, applied.term, applied.bindings);
  }
  let count = 0;
  for (const name of variablesOf([term], { closures: false, heads: false })) {
    count += pushUnknown(session, { kind: 'var', name }, bindings);
  }
  return count;
}
