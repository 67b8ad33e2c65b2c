import { compareStrings, compareValues } from '../values/compare.js';
import { RegoObject } from '../values/object.js';
import { isArray } from '../values/type-name.js';
import {
  entriesOfObject,
  itemsOfArray,
  itemsOfSet,
  type CallTerm,
  type ClosureTerm,
  type PBody,
  type PExpr,
  type PTerm,
  type PWith,
  valueTerm,
} from './terms.js';

const RANKS = { var: 4, ref: 5, array: 6, object: 7, set: 8, closure: 9, call: 12 } as const;
const CLOSURE_RANKS = { array: 9, object: 10, set: 11 } as const;

/** Returns the rank of a kind of term in OPA's order (`ast/compare.go`, `sortOrder`). */
function rankOf(term: PTerm): number {
  if (term.kind !== 'value') {
    return term.kind === 'closure' ? CLOSURE_RANKS[term.form] : RANKS[term.kind];
  }
  const { value } = term;
  if (typeof value !== 'object' || value === null) {
    return value === null ? 0 : typeof value === 'boolean' ? 1 : typeof value === 'number' ? 2 : 3;
  }
  return isArray(value) ? 6 : value.kind === 'number' ? 2 : value instanceof RegoObject ? 7 : 8;
}

/** Compares terms in OPA's order (`ast.Compare`). Returns a negative number, zero or a positive number. */
export function compareTerms(a: PTerm, b: PTerm): number {
  if (a === b) {
    return 0;
  }
  if (a.kind === 'value' && b.kind === 'value') {
    return compareValues(a.value, b.value);
  }
  const byRank = rankOf(a) - rankOf(b);
  return byRank === 0 ? compareSameRank(a, b) : byRank;
}

function compareSameRank(a: PTerm, b: PTerm): number {
  if (a.kind === 'var' && b.kind === 'var') {
    return compareStrings(a.name, b.name);
  }
  if (a.kind === 'ref' && b.kind === 'ref') {
    return compareLists(a.parts, b.parts);
  }
  if (a.kind === 'closure' && b.kind === 'closure') {
    return compareClosures(a, b);
  }
  if (a.kind === 'call' && b.kind === 'call') {
    return compareCalls(a, b);
  }
  return compareCollections(a, b);
}

function compareCollections(a: PTerm, b: PTerm): number {
  const itemsA = itemsOfArray(a) ?? itemsOfSet(a);
  const itemsB = itemsOfArray(b) ?? itemsOfSet(b);
  if (itemsA !== undefined && itemsB !== undefined) {
    return compareLists(itemsA, itemsB);
  }
  return compareLists(entriesOfObject(a)?.flat() ?? [], entriesOfObject(b)?.flat() ?? []);
}

function compareClosures(a: ClosureTerm, b: ClosureTerm): number {
  const none = valueTerm(null);
  return compareTerms(a.key ?? none, b.key ?? none) || compareTerms(a.value, b.value) || compareBodies(a.body, b.body);
}

function compareCalls(a: CallTerm, b: CallTerm): number {
  return compareStrings(a.operator, b.operator) || compareLists(a.args, b.args);
}

function compareLists(a: readonly PTerm[], b: readonly PTerm[]): number {
  for (const [at, term] of a.entries()) {
    const other = b[at];
    if (other === undefined) {
      return 1;
    }
    const order = compareTerms(term, other);
    if (order !== 0) {
      return order;
    }
  }
  return a.length - b.length;
}

/** Compares expressions (OPA `Expr.Compare`): by kind, operands and modifiers. */
export function compareExprs(a: PExpr, b: PExpr): number {
  const byKind = exprRank(a) - exprRank(b) || Number(a.negated) - Number(b.negated);
  return byKind || compareExprTerms(a, b) || compareWith(a.with, b.with);
}

const exprRank = (expr: PExpr): number => (expr.kind === 'term' ? 0 : expr.kind === 'call' ? 1 : 2);

function compareExprTerms(a: PExpr, b: PExpr): number {
  if (a.kind === 'term' && b.kind === 'term') {
    return compareTerms(a.term, b.term);
  }
  if (a.kind === 'call' && b.kind === 'call') {
    return compareStrings(a.operator, b.operator) || compareLists(a.args, b.args);
  }
  if (a.kind === 'every' && b.kind === 'every') {
    const terms = compareLists([a.key, a.value, a.domain], [b.key, b.value, b.domain]);
    return terms || compareBodies(a.body, b.body);
  }
  return 0;
}

function compareWith(a: readonly PWith[], b: readonly PWith[]): number {
  const texts = [a, b].map((list) => list.map(({ target }) => target.join('.')).join(','));
  const byTarget = compareStrings(texts[0] ?? '', texts[1] ?? '');
  return byTarget || compareLists(a.map(withTerm), b.map(withTerm));
}

const withTerm = ({ value }: PWith): PTerm => (value.kind === 'operator' ? valueTerm(value.operator) : value);

function compareBodies(a: PBody, b: PBody): number {
  for (const [at, expr] of a.entries()) {
    const other = b[at];
    if (other === undefined) {
      return 1;
    }
    const order = compareExprs(expr, other);
    if (order !== 0) {
      return order;
    }
  }
  return a.length - b.length;
}

/** Returns whether two terms are equal. */
export function equalTerms(a: PTerm, b: PTerm): boolean {
  return compareTerms(a, b) === 0;
}
