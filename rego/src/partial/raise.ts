import { isWildcard } from '../compile/names.js';
import type { Body, CallTerm, Expr, Location, Module, Rule, Term, VarTerm as SyntaxVar, With } from '../syntax/ast.js';
import { RegoError } from '../errors.js';
import { checkDepth } from '../values/depth.js';
import { formatNumber } from '../values/number.js';
import { isArray } from '../values/type-name.js';
import type { Value } from '../values/value.js';
import type { SupportModule, SupportRule } from './support.js';
import type { PBody, PExpr, PTerm, PWith } from './terms.js';
import { termsOfExpr, walkTerms } from './walk-terms.js';

/** A placeholder location for terms in a result, which have no location. */
const NOWHERE: Location = { file: '', row: 1, col: 1, offset: 0, text: '' };

const loc = NOWHERE;

/** Converts a residual query to syntax. */
export function queryBody(body: PBody): Body {
  return new Raising(body.flatMap(termsOfExpr)).body(body);
}

/** Converts a support module to syntax. */
export function moduleOf({ path, rules }: SupportModule): Module {
  return {
    file: '',
    package: { loc, path },
    imports: [],
    rules: rules.map(ruleOf),
    comments: [],
    annotations: [],
  };
}

function ruleOf(rule: SupportRule): Rule {
  const [name, ...keys] = rule.ref;
  const head = [...keys, ...(rule.args ?? []), rule.element, rule.value].filter((term) => term !== undefined);
  const raising = new Raising([...head, ...rule.body.flatMap(termsOfExpr)]);
  const one = (term: PTerm | undefined): Term | undefined => (term === undefined ? undefined : raising.term(term));
  return {
    loc,
    default: rule.default,
    head: {
      loc,
      name: { kind: 'var', loc, name },
      path: keys.map((key) => raising.term(key)),
      args: rule.args?.map((arg) => raising.term(arg)),
      key: one(rule.element),
      value: one(rule.value),
      assignment: rule.value === undefined ? undefined : ':=',
    },
    body: raising.body(rule.body),
    bodyWritten: !rule.default,
    else: undefined,
    annotations: [],
  };
}

/** Converts the terms of one query or rule to syntax. A wildcard that occurs in several places gets a name. */
class Raising {
  private readonly counts = new Map<string, number>();
  private readonly names = new Map<string, string>();

  constructor(terms: readonly PTerm[]) {
    walkTerms(terms, (term) => {
      if (term.kind === 'var' && isWildcard(term.name)) {
        this.counts.set(term.name, (this.counts.get(term.name) ?? 0) + 1);
      }
      return false;
    });
  }

  body(body: PBody): Body {
    return body.map((expr) => this.expr(expr));
  }

  term(term: PTerm): Term {
    switch (term.kind) {
      case 'value':
        return termOfValue(term.value);
      case 'var':
        return this.variable(term.name);
      case 'ref':
        return this.reference(term.parts);
      case 'array':
      case 'set':
        return { kind: term.kind, loc, items: term.items.map((item) => this.term(item)) };
      case 'object':
        return {
          kind: 'object',
          loc,
          entries: term.entries.map(([key, value]) => [this.term(key), this.term(value)] as const),
        };
      case 'call':
        return this.call(term.operator, term.args);
      case 'closure':
        return this.closure(term);
    }
  }

  private closure(term: Extract<PTerm, { kind: 'closure' }>): Term {
    const value = this.term(term.value);
    const body = this.body(term.body);
    if (term.form === 'object') {
      return { kind: 'objectComprehension', loc, key: this.term(term.key ?? term.value), value, body };
    }
    return term.form === 'array'
      ? { kind: 'arrayComprehension', loc, value, body }
      : { kind: 'setComprehension', loc, value, body };
  }

  private variable(name: string): SyntaxVar {
    if (!isWildcard(name)) {
      return { kind: 'var', loc, name };
    }
    let known = this.names.get(name);
    if (known === undefined) {
      const count = this.counts.get(name) ?? 0;
      // As in OPA, a variable that replaces the value of a term keeps its name.
      const own = name.startsWith('$_term_') ? name.slice(1) : `__wildcard${this.names.size}__`;
      known = count > 1 ? own : `$${this.names.size}`;
      this.names.set(name, known);
    }
    return { kind: 'var', loc, name: known };
  }

  private reference([head, ...path]: readonly PTerm[]): Term {
    const start = head === undefined ? this.variable('_') : this.term(head);
    if (path.length > 0 && (start.kind === 'number' || start.kind === 'boolean' || start.kind === 'null')) {
      throw new RegoError('eval_internal_error', 'partial evaluation leaves a reference into a value without members');
    }
    return path.length === 0 ? start : { kind: 'ref', loc, head: start, path: path.map((part) => this.term(part)) };
  }

  private call(operator: string, args: readonly PTerm[]): CallTerm {
    return { kind: 'call', loc, operator, args: args.map((arg) => this.term(arg)) };
  }

  private expr(expr: PExpr): Expr {
    const base = { loc, negated: expr.negated, with: expr.with.map((modifier) => this.with(modifier)) };
    switch (expr.kind) {
      case 'term':
        return { kind: 'term', term: this.term(expr.term), ...base };
      case 'call':
        return { kind: 'term', term: this.call(expr.operator, expr.args), ...base };
      case 'every': {
        const key = expr.key.kind === 'var' ? this.variable(expr.key.name) : undefined;
        const value = this.variable(expr.value.kind === 'var' ? expr.value.name : '_');
        return { kind: 'every', key, value, domain: this.term(expr.domain), body: this.body(expr.body), ...base };
      }
    }
  }

  private with({ target: [root = '', ...path], value }: PWith): With {
    const term = value.kind === 'operator' ? nameTerm(value.operator.split('.')) : this.term(value);
    return { loc, target: nameTerm([root, ...path]), value: term };
  }
}

function nameTerm([root = '', ...path]: readonly string[]): With['target'] {
  const head = { kind: 'var', loc, name: root } as const;
  return path.length === 0
    ? head
    : { kind: 'ref', loc, head, path: path.map((value) => ({ kind: 'string', loc, value }) as const) };
}

/** Converts a value to syntax. */
function termOfValue(value: Value, depth = 0): Term {
  if (value === null) {
    return { kind: 'null', loc };
  }
  if (typeof value === 'boolean') {
    return { kind: 'boolean', loc, value };
  }
  if (typeof value === 'string') {
    return { kind: 'string', loc, value };
  }
  return typeof value === 'number' ? { kind: 'number', loc, text: formatNumber(value) } : termOfComposite(value, depth);
}

function termOfComposite(value: Extract<Value, object>, depth: number): Term {
  checkDepth(depth);
  const part = (inner: Value): Term => termOfValue(inner, depth + 1);
  if (isArray(value)) {
    return { kind: 'array', loc, items: value.map(part) };
  }
  switch (value.kind) {
    case 'number':
      return { kind: 'number', loc, text: formatNumber(value) };
    case 'set':
      return { kind: 'set', loc, items: value.sorted().map(part) };
    case 'object': {
      const entries = value.entries().map(([key, member]) => [part(key), part(member)] as const);
      return { kind: 'object', loc, entries };
    }
  }
}
