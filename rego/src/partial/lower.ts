import type { Body, CallTerm as SyntaxCall, Expr, Term, With } from '../syntax/ast.js';
import { constantOf } from '../evaluate/constants.js';
import { operatorSpelled } from '../compile/functions.js';
import { isGenerated } from '../compile/names.js';
import { isComprehension } from '../compile/syntax-walk.js';
import type { Value } from '../values/value.js';
import { arrayOf, objectOf, setOf } from './composite-terms.js';
import type { PolicyFunctions } from './policy-functions.js';
import type { LocalNames } from './names.js';
import {
  isEquality,
  type CallExpr,
  type PBody,
  type PExpr,
  type PTerm,
  type PWith,
  valueTerm,
  varTerm,
} from './terms.js';

type Modifiers = Pick<PExpr, 'with' | 'negated'>;

/** Returns whether the equation was a call with one more argument for its result, or is the compiler's own for a call within a term. */
function isCapture(equation: Term, left: Term, right: Term, negated: boolean): boolean {
  return negated || equation.loc === right.loc || (left.kind === 'var' && isGenerated(left.name));
}

/**
 * Brings compiled bodies into the form that OPA evaluates (`ast/compile.go`, stages "RewriteExprTerms" and "RewriteDynamicTerms"). In it a call is
 * an expression and captures its result in a variable, and only the operands of an equation are references or comprehensions.
 */
export class Lowering {
  private out: PExpr[] = [];

  constructor(
    private readonly functions: PolicyFunctions,
    private readonly names: LocalNames,
    private readonly rename: (name: string) => string,
    /** The results of `rego.metadata.rule` and `.chain`, which are known where they are called. */
    private readonly metadata: (operator: string) => Value | undefined = () => undefined,
  ) {}

  body(body: Body): PBody {
    const outer = this.out;
    const own: PExpr[] = (this.out = []);
    body.forEach((expr) => {
      this.expr(expr);
    });
    this.out = outer;
    return own;
  }

  /** A term of a head: a constant or a pattern of variables. */
  pattern(term: Term): PTerm {
    return this.inner(term, []);
  }

  private expr(expr: Expr): void {
    const modifiers = expr.with.map((modifier) => this.modifier(modifier));
    const base: Modifiers = { with: modifiers, negated: expr.negated };
    if (expr.kind === 'every') {
      this.every(expr, base);
    } else if (expr.kind === 'term') {
      this.term(expr.term, base);
    }
  }

  private every(expr: Extract<Expr, { kind: 'every' }>, base: Modifiers): void {
    const domain = this.inner(expr.domain, base.with);
    const key = expr.key === undefined ? varTerm(this.names.generated()) : varTerm(this.rename(expr.key.name));
    const value = varTerm(this.rename(expr.value.name));
    this.out.push({ kind: 'every', key, value, domain, body: this.body(expr.body), ...base });
  }

  private term(term: Term, base: Modifiers): void {
    if (term.kind !== 'call') {
      this.out.push({ kind: 'term', term: this.operand(term, base.with), ...base });
      return;
    }
    const [left, right] = term.args;
    if ((term.operator === 'eq' || term.operator === 'equal') && left !== undefined && right !== undefined) {
      this.equation(term, left, right, base);
    } else if (term.operator !== 'print') {
      // Printed lines are no part of a result.
      this.out.push({ ...this.call(term, base.with), ...base });
    }
  }

  private equation(equation: Term, left: Term, right: Term, base: Modifiers): void {
    if (
      right.kind === 'call' &&
      isCapture(equation, left, right, base.negated) &&
      this.metadata(right.operator) === undefined
    ) {
      const call = this.call(right, base.with);
      this.out.push({ ...call, args: [...call.args, this.operand(left, base.with)], ...base });
      return;
    }
    const a = this.operand(left, base.with);
    const b = this.operand(right, base.with);
    const second = this.unhoisted(right, b);
    this.out.push({ kind: 'call', operator: 'eq', args: [this.unhoisted(left, a), second], arity: 2, ...base });
  }

  /** The reference that the compiler took out of `a == b`, in which OPA leaves it, put back when it is the last expression. */
  private unhoisted(source: Term, lowered: PTerm): PTerm {
    const last = this.out[this.out.length - 1];
    if (source.kind !== 'var' || !isGenerated(source.name) || last === undefined || !isEquality(last)) {
      return lowered;
    }
    const [name, value] = last.args;
    if (name.kind !== 'var' || lowered.kind !== 'var' || name.name !== lowered.name || value.kind !== 'ref') {
      return lowered;
    }
    this.out.pop();
    return value;
  }

  private call(term: SyntaxCall, modifiers: readonly PWith[]): CallExpr {
    const args = term.args.map((arg) => this.inner(arg, modifiers));
    const arity = this.functions.arity(term.operator) ?? args.length;
    return { kind: 'call', operator: term.operator, args, arity, with: modifiers, negated: false };
  }

  /** An operand of an equation, or the term of an expression: a reference or a comprehension may stand there. */
  private operand(term: Term, modifiers: readonly PWith[]): PTerm {
    if (term.kind === 'ref' || (term.kind === 'var' && (term.name === 'input' || term.name === 'data'))) {
      return this.reference(term, modifiers);
    }
    return isComprehension(term) ? this.comprehension(term) : this.inner(term, modifiers);
  }

  private reference(term: Term, modifiers: readonly PWith[]): PTerm {
    if (term.kind !== 'ref') {
      return { kind: 'ref', parts: [varTerm(term.kind === 'var' ? term.name : '')] };
    }
    const isDocument = term.head.kind === 'var' && (term.head.name === 'input' || term.head.name === 'data');
    const head = isDocument && term.head.kind === 'var' ? varTerm(term.head.name) : this.head(term.head, modifiers);
    return { kind: 'ref', parts: [head, ...term.path.map((part) => this.inner(part, modifiers))] };
  }

  /** The head of a reference is a variable. */
  private head(term: Term, modifiers: readonly PWith[]): PTerm {
    const head = isComprehension(term) ? this.comprehension(term) : this.inner(term, modifiers);
    return head.kind === 'var' ? head : this.captured(head, modifiers);
  }

  /** A term in which nothing has to be evaluated: calls, references and comprehensions become variables. */
  private inner(term: Term, modifiers: readonly PWith[]): PTerm {
    const constant = constantOf(term);
    if (constant !== undefined) {
      return valueTerm(constant);
    }
    const one = (part: Term): PTerm => this.inner(part, modifiers);
    switch (term.kind) {
      case 'var':
        return term.name === 'input' || term.name === 'data'
          ? this.captured(this.reference(term, modifiers), modifiers)
          : varTerm(this.rename(term.name));
      case 'ref':
        return this.captured(this.reference(term, modifiers), modifiers);
      case 'array':
        return arrayOf(term.items.map(one));
      case 'set':
        return setOf(term.items.map(one));
      case 'object':
        return objectOf(term.entries.map(([key, value]) => [one(key), one(value)] as const));
      case 'call': {
        const known = this.metadata(term.operator);
        return known === undefined ? this.result(this.call(term, modifiers)) : valueTerm(known);
      }
      case 'template':
        return this.template(term, modifiers);
      case 'arrayComprehension':
      case 'setComprehension':
      case 'objectComprehension':
        return this.captured(this.comprehension(term), modifiers);
      case 'null':
      case 'boolean':
      case 'number':
      case 'string':
        return valueTerm(null);
    }
  }

  private captured(term: PTerm, modifiers: readonly PWith[]): PTerm {
    const name = varTerm(this.names.generated());
    this.out.push({ kind: 'call', operator: 'eq', args: [name, term], arity: 2, with: modifiers, negated: false });
    return name;
  }

  private result(call: CallExpr): PTerm {
    const name = varTerm(this.names.generated());
    this.out.push({ ...call, args: [...call.args, name] });
    return name;
  }

  /** As OPA: each expression is a set with its value, or without one when it is undefined. */
  private template(term: Extract<Term, { kind: 'template' }>, modifiers: readonly PWith[]): PTerm {
    const parts = term.parts.map((part): PTerm => {
      if (typeof part === 'string') {
        return valueTerm(part);
      }
      const constant = constantOf(part);
      if (constant !== undefined) {
        return valueTerm(constant);
      }
      const value = varTerm(this.names.generated());
      const outer = this.out;
      const body: PExpr[] = (this.out = []);
      const operand = this.operand(part, []);
      body.push({ kind: 'call', operator: 'eq', args: [value, operand], arity: 2, with: [], negated: false });
      this.out = outer;
      return this.captured({ kind: 'closure', form: 'set', key: undefined, value, body }, modifiers);
    });
    return this.result({
      kind: 'call',
      operator: 'internal.template_string',
      args: [arrayOf(parts)],
      arity: 1,
      with: modifiers,
      negated: false,
    });
  }

  private comprehension(term: Extract<Term, { body: Body }>): PTerm {
    const outer = this.out;
    const body = [...this.body(term.body)];
    this.out = body;
    const key = term.kind === 'objectComprehension' ? this.inner(term.key, []) : undefined;
    const value = this.inner(term.value, []);
    this.out = outer;
    const form = term.kind === 'arrayComprehension' ? 'array' : term.kind === 'setComprehension' ? 'set' : 'object';
    return { kind: 'closure', form, key, value, body };
  }

  private modifier({ target, value }: With): PWith {
    const path =
      target.kind === 'var'
        ? [target.name]
        : [
            target.head.kind === 'var' ? target.head.name : '',
            ...target.path.map((part) => (part.kind === 'string' ? part.value : '')),
          ];
    const isFunction =
      path[0] !== 'input' && (path[0] !== 'data' || this.functions.arity(path.join('.')) !== undefined);
    const operator = operatorSpelled(value);
    const names = operator !== undefined && isFunction && this.functions.arity(operator) !== undefined;
    return names
      ? { target: path, isFunction, value: { kind: 'operator', operator } }
      : { target: path, isFunction, value: this.inner(value, []) };
  }
}
