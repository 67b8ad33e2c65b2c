import type { Bindings, BoundTerm } from './bindings.js';
import { equalTerms } from './compare-terms.js';
import { objectOf } from './composite-terms.js';
import { evalComprehension } from './comprehensions.js';
import type { Eval, Next } from './eval.js';
import { evalTree } from './eval-tree.js';
import { DocumentWalk } from './document-walk.js';
import { entriesOfObject, itemsOfArray, itemsOfSet, type PTerm, type RefTerm, valueTerm } from './terms.js';

/**
 * Unifies two terms, each with its bindings, and continues for each solution (OPA, topdown/eval.go, `biunify`). References and
 * comprehensions are evaluated. A unification with an unknown is saved.
 */
export function unify(
  e: Eval,
  left: PTerm,
  right: PTerm,
  leftBindings: Bindings,
  rightBindings: Bindings,
  next: Next,
): void {
  e.session.step();
  const a = leftBindings.apply(left);
  const b = rightBindings.apply(right);
  const needsValues = [a, b].some(({ term: { kind } }) => kind === 'var' || kind === 'ref' || kind === 'closure');
  if (needsValues) {
    unifyValues(e, a, b, next);
    return;
  }
  if (itemsOfSet(a.term) !== undefined) {
    unifyValues(e, a, b, next);
    return;
  }
  if (a.term.kind === 'value' && b.term.kind === 'value') {
    if (equalTerms(a.term, b.term)) {
      next();
    }
    return;
  }
  unifyCollections(e, a, b, next);
}

function unifyCollections(e: Eval, a: BoundTerm, b: BoundTerm, next: Next): void {
  const itemsA = itemsOfArray(a.term);
  const itemsB = itemsOfArray(b.term);
  if (itemsA !== undefined && itemsB !== undefined) {
    if (itemsA.length === itemsB.length) {
      unifyLists(e, itemsA, itemsB, a.bindings, b.bindings, next);
    }
    return;
  }
  const entriesA = entriesOfObject(a.term);
  const entriesB = entriesOfObject(b.term);
  if (entriesA !== undefined && entriesB !== undefined) {
    unifyObjects(e, a, b, next);
  }
}

/** Unifies lists of the same length, item by item. */
export function unifyLists(
  e: Eval,
  a: readonly PTerm[],
  b: readonly PTerm[],
  ofA: Bindings,
  ofB: Bindings,
  next: Next,
  at = 0,
): void {
  const left = a[at];
  const right = b[at];
  if (left === undefined || right === undefined) {
    next();
    return;
  }
  unify(e, left, right, ofA, ofB, () => {
    unifyLists(e, a, b, ofA, ofB, next, at + 1);
  });
}

/** Unifies two objects. Their keys must already be known; their values unify. */
function unifyObjects(e: Eval, a: BoundTerm, b: BoundTerm, next: Next): void {
  const plugKeys = ({ term, bindings }: BoundTerm): readonly (readonly [PTerm, PTerm])[] =>
    entriesOfObject(
      objectOf((entriesOfObject(term) ?? []).map(([key, value]) => [bindings.plug(key), value] as const)),
    ) ?? [];
  const entriesA = plugKeys(a);
  const entriesB = plugKeys(b);
  if (entriesA.length !== entriesB.length) {
    return;
  }
  const values: PTerm[] = [];
  for (const [key] of entriesA) {
    const match = entriesB.find(([other]) => equalTerms(key, other));
    if (match === undefined) {
      return;
    }
    values.push(match[1]);
  }
  const own = entriesA.map(([, value]) => value);
  unifyLists(e, own, values, a.bindings, b.bindings, next);
}

function isUnknown(e: Eval, { term, bindings }: BoundTerm): boolean {
  const { saveSet } = e.session;
  return itemsOfSet(term) !== undefined ? saveSet.containsRecursive(term, bindings) : saveSet.contains(term, bindings);
}

function unifyValues(e: Eval, a: BoundTerm, b: BoundTerm, next: Next): void {
  const saveA = isUnknown(e, a);
  if (!saveA && a.term.kind === 'ref') {
    unifyRef(e, a.term, b, a.bindings, next);
    return;
  }
  const saveB = isUnknown(e, b);
  if (!saveB && b.term.kind === 'ref') {
    unifyRef(e, b.term, a, b.bindings, next);
    return;
  }
  if (saveA || saveB) {
    saveBoth(e, a, b, next);
  } else if (a.term.kind === 'closure') {
    evalComprehension(e, a, b, false, next);
  } else if (b.term.kind === 'closure') {
    evalComprehension(e, b, a, true, next);
  } else {
    bindOrCompare(a, b, next);
  }
}

/**
 * Saves the unification of two terms. A saved comprehension must be complete, so it gets the values of the variables that it closes over.
 */
function saveBoth(e: Eval, a: BoundTerm, b: BoundTerm, next: Next): void {
  e.saveUnify(e.amend(a.term, a.bindings), e.amend(b.term, b.bindings), a.bindings, b.bindings, next);
}

function bindOrCompare(a: BoundTerm, b: BoundTerm, next: Next): void {
  if (a.term.kind === 'var' && b.term.kind === 'var' && a.bindings === b.bindings && a.term.name === b.term.name) {
    next();
  } else if (a.term.kind === 'var') {
    bound(a.term.name, a.bindings, b, next);
  } else if (b.term.kind === 'var') {
    bound(b.term.name, b.bindings, a, next);
  } else if (equalTerms(a.bindings.plug(a.term), b.bindings.plug(b.term))) {
    next();
  }
}

function bound(name: string, bindings: Bindings, value: BoundTerm, next: Next): void {
  bindings.bind(name, value.term, value.bindings);
  next();
  bindings.unbind(name);
}

/** Evaluates a reference and unifies its values with the other term (OPA `biunifyRef`). */
function unifyRef(e: Eval, ref: RefTerm, other: BoundTerm, bindings: Bindings, next: Next): void {
  const [head] = ref.parts;
  if (head?.kind === 'var' && head.name === 'data') {
    evalTree(e, ref, bindings, other, next);
    return;
  }
  const start = startOf(e, head, bindings);
  if (start !== undefined) {
    new DocumentWalk(e, ref.parts, bindings, other).from(start, 1, next);
  }
}

function startOf(e: Eval, head: PTerm | undefined, bindings: Bindings): BoundTerm | undefined {
  if (head?.kind !== 'var') {
    return undefined;
  }
  if (head.name === 'input') {
    const { input } = e.session.known;
    return input === undefined ? undefined : { term: valueTerm(input), bindings };
  }
  const applied = bindings.apply(head);
  return applied.term === head ? undefined : applied;
}
