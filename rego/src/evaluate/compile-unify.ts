import { RegoError } from '../errors.js';
import type { Term } from '../syntax/ast.js';
import { equalValues } from '../values/compare.js';
import type { Value } from '../values/value.js';
import type { ExprCode, Getter } from './code.js';
import { compileMatch } from './compile-match.js';
import { refGenerator, refMembership } from './compile-ref.js';
import type { Context } from './context.js';
import { hoist, hoistParts } from './hoist.js';
import { comparisonSteps } from './operators.js';
import { hasUnbound, isDocument, mentions } from './term-facts.js';

type Pair = readonly [Term, Term];

const NEVER: ExprCode = { kind: 'check', check: () => false };

/** Returns the code of `a = b`. Compares the bound parts of both sides; unbound parts are bound to the other side. */
export function compileUnify(context: Context, a: Term, b: Term): ExprCode[] {
  const out: ExprCode[] = [];
  const direct = bindFromReference(context, a, b, out) || bindFromReference(context, b, a, out);
  if (!direct) {
    solve(context, [[hoist(context, a, out), hoist(context, b, out)]], out);
  }
  return out;
}

/** Stores each value of `x = xs[i]` directly in `x`; for `3 = xs[i]`, finds the members that equal 3. */
function bindFromReference(context: Context, target: Term, source: Term, out: ExprCode[]): boolean {
  const { names } = context;
  if (source.kind !== 'ref' || !hasUnbound(source, names) || (target.kind === 'ref' && hasUnbound(target, names))) {
    return false;
  }
  const ref = hoistParts(context, source, out);
  if (ref.kind !== 'ref') {
    return false;
  }
  if (isOpenVariable(context, target) && target.kind === 'var' && !mentions(ref, target.name)) {
    out.push(...refGenerator(context, ref, names.slot(target.name)));
    names.bind(target.name);
    return true;
  }
  if (hasUnbound(target, names)) {
    const name = names.temporary();
    out.push(...refGenerator(context, ref, names.slot(name)));
    names.bind(name);
    solve(context, [[hoist(context, target, out), { kind: 'var', loc: ref.loc, name }]], out);
    return true;
  }
  const known = hoist(context, target, out);
  const codes = refMembership(context, ref, context.getter(known));
  if (codes !== undefined) {
    out.push(...codes);
    return true;
  }
  const name = names.temporary();
  out.push(...refGenerator(context, ref, names.slot(name)));
  names.bind(name);
  solve(context, [[known, { kind: 'var', loc: ref.loc, name }]], out);
  return true;
}

/** Handles the pairs in an order in which they can be decided: `[x, y] = [y, 1]` binds `y` before `x`. */
function solve(context: Context, pairs: readonly Pair[], out: ExprCode[]): void {
  let open: Pair[] = [...pairs];
  while (open.length > 0) {
    const later: Pair[] = [];
    let progress = false;
    for (const pair of open) {
      const parts = decide(context, pair, out);
      if (parts === undefined) {
        later.push(pair);
      } else {
        progress = true;
        later.push(...parts);
      }
    }
    if (!progress) {
      throw new RegoError('rego_unsafe_var_error', 'expression is unsafe', pairs[0]?.[0].loc);
    }
    open = later;
  }
}

/** Emits code for the pair. Returns the pairs that remain, or `undefined` if the pair cannot be decided yet. */
function decide(context: Context, [a, b]: Pair, out: ExprCode[]): readonly Pair[] | undefined {
  const { names } = context;
  const openA = hasUnbound(a, names);
  const openB = hasUnbound(b, names);
  if (!openA && !openB) {
    out.push(compareCode(context, a, b));
    return [];
  }
  if (a.kind === 'array' && b.kind === 'array') {
    if (a.items.length !== b.items.length) {
      out.push(NEVER);
      return [];
    }
    return a.items.map((item, index) => [item, b.items[index] as Term] as const);
  }
  if (a.kind === 'object' && b.kind === 'object') {
    const members = pairMembers(context, a.entries, b.entries);
    if (members === 'different') {
      out.push(NEVER);
      return [];
    }
    if (members !== undefined) {
      return members;
    }
  }
  if (openA && openB) {
    return undefined;
  }
  const [pattern, known] = openA ? [a, b] : [b, a];
  out.push(matchCode(context, pattern, known));
  return [];
}

/** Pairs the members of two objects by key, if all keys are known at this point. */
function pairMembers(
  context: Context,
  a: readonly (readonly [Term, Term])[],
  b: readonly (readonly [Term, Term])[],
): readonly Pair[] | 'different' | undefined {
  const keysOf = (entries: readonly (readonly [Term, Term])[]): readonly (Value | undefined)[] =>
    entries.map(([key]) => context.constant(key));
  const keysA = keysOf(a);
  const keysB = keysOf(b);
  if (keysA.includes(undefined) || keysB.includes(undefined)) {
    return undefined;
  }
  const pairs: Pair[] = [];
  for (const [index, key] of keysA.entries()) {
    const at = keysB.findIndex((other) => equalValues(other as Value, key as Value));
    const mine = a[index];
    const theirs = b[at];
    if (mine !== undefined && theirs !== undefined) {
      pairs.push([mine[1], theirs[1]]);
    }
  }
  return pairs.length === a.length && a.length === b.length ? pairs : 'different';
}

function matchCode(context: Context, pattern: Term, known: Term): ExprCode {
  const get = context.getter(known);
  if (isOpenVariable(context, pattern) && pattern.kind === 'var') {
    const slot = context.names.bind(pattern.name);
    return { kind: 'check', check: (frame) => (frame[slot] = get(frame)) !== undefined };
  }
  const match = compileMatch(context, pattern);
  const check = (frame: Parameters<Getter>[0]): boolean => {
    const value = get(frame);
    return value !== undefined && match(value, frame);
  };
  return { kind: 'check', check };
}

function compareCode(context: Context, a: Term, b: Term): ExprCode {
  // Not `??`: null is a constant.
  const ofB = context.constant(b);
  const [constant, other] = ofB === undefined ? [context.constant(a), b] : [ofB, a];
  if (constant !== undefined && (typeof constant !== 'object' || constant === null)) {
    const get = context.getter(other);
    return { kind: 'check', check: (frame) => get(frame) === constant };
  }
  const left = context.getter(a);
  const right = context.getter(b);
  const { rt } = context;
  const check = (frame: Parameters<Getter>[0]): boolean => {
    const first = left(frame);
    const second = first === undefined ? undefined : right(frame);
    if (first === undefined || second === undefined) {
      return false;
    }
    rt.budget.step(1 + comparisonSteps(first));
    return equalValues(first, second);
  };
  return { kind: 'check', check };
}

function isOpenVariable(context: Context, term: Term): boolean {
  return term.kind === 'var' && !isDocument(term.name) && !context.names.isBound(term.name);
}
