import { RegoError } from '../errors';
import type { Location, Term, VarTerm } from '../syntax/ast';
import { equalValues } from '../values/compare';
import type { Value } from '../values/value';
import { isPrimitive } from '../values/value-map';
import type { ExprCode, Getter } from './code';
import { compileMatch } from './compile-match';
import { refGenerator, refMembership } from './compile-ref';
import type { Context } from './context';
import { hoist } from './hoist';
import type { Names } from './names';
import { comparisonSteps } from './operators';
import { hasUnbound, mentions } from './term-facts';

type Pair = readonly [Term, Term];

const NEVER: ExprCode = { kind: 'check', check: () => false };

/** No pairs are left of a pair. */
const DECIDED: readonly Pair[] = [];

/** The code of `a = b`: both sides are compared where they are bound, and bind each other where they are not. */
export function compileUnify(context: Context, a: Term, b: Term): ExprCode[] {
  const direct = fromReference(context, a, b) ?? fromReference(context, b, a);
  if (direct !== undefined) {
    return direct;
  }
  const out: ExprCode[] = [];
  solve(context, [hoist(context, a, out), hoist(context, b, out)], a.loc, out);
  return out;
}

/** Short ways: `x = xs[i]` puts each value straight into `x`; `3 = xs[i]` looks for the members that are 3. */
function fromReference(context: Context, target: Term, source: Term): ExprCode[] | undefined {
  const { names } = context;
  if (source.kind !== 'ref' || !hasUnbound(source, names)) {
    return undefined;
  }
  if (isOpenVariable(target, names) && !mentions(source, target.name)) {
    const codes = refGenerator(context, source, names.slot(target.name));
    names.bind(target.name);
    return codes;
  }
  return hasUnbound(target, names) ? undefined : refMembership(context, source, context.getter(target));
}

/** Takes the pairs in the order in which they can be decided: `[x, y] = [y, 1]` binds `y` before `x`. */
function solve(context: Context, pair: Pair, loc: Location, out: ExprCode[]): void {
  let open = [pair];
  while (open.length > 0) {
    const later: Pair[] = [];
    let progress = false;
    for (const pair of open) {
      const parts = decide(context, pair, out);
      progress ||= parts !== undefined;
      later.push(...(parts ?? [pair]));
    }
    if (!progress) {
      throw new RegoError('rego_unsafe_var_error', 'expression is unsafe', loc);
    }
    open = later;
  }
}

/** Emits code for the pair; answers the pairs that are left of it, or `undefined` when nothing can be said yet. */
function decide(context: Context, [a, b]: Pair, out: ExprCode[]): readonly Pair[] | undefined {
  const { names } = context;
  const openA = hasUnbound(a, names);
  const openB = hasUnbound(b, names);
  if (!openA && !openB) {
    out.push(compareCode(context, a, b));
    return DECIDED;
  }
  // Of one length: others bind nothing, so that the compiler refuses them.
  if (a.kind === 'array' && b.kind === 'array') {
    return a.items.map((item, index) => [item, b.items[index] as Term] as const);
  }
  if (a.kind === 'object' && b.kind === 'object') {
    const members = pairMembers(context, a.entries, b.entries);
    if (members === 'different') {
      out.push(NEVER);
      return DECIDED;
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
  return DECIDED;
}

/** Members of two objects by their keys, when all keys are known now. */
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
    const [, mine] = a[index] as readonly [Term, Term];
    const theirs = b[at];
    if (theirs !== undefined) {
      pairs.push([mine, theirs[1]]);
    }
  }
  return pairs.length === a.length ? pairs : 'different';
}

function matchCode(context: Context, pattern: Term, known: Term): ExprCode {
  const get = context.getter(known);
  if (isOpenVariable(pattern, context.names)) {
    const slot = context.names.bind(pattern.name);
    return { kind: 'check', check: (frame) => (frame[slot] = get(frame)) !== undefined };
  }
  // A pattern with open variables that is none itself is that of an array or object.
  const match = compileMatch(context, pattern);
  return { kind: 'check', check: (frame) => match(get(frame) as Value, frame) };
}

function compareCode(context: Context, a: Term, b: Term): ExprCode {
  const ofB = context.constant(b);
  const [constant, other] = ofB === undefined ? [context.constant(a), b] : [ofB, a];
  if (constant !== undefined && isPrimitive(constant)) {
    const get = context.getter(other);
    return { kind: 'check', check: (frame) => get(frame) === constant };
  }
  const left = context.getter(a);
  const right = context.getter(b);
  const { rt } = context;
  const check = (frame: Parameters<Getter>[0]): boolean => {
    const first = left(frame);
    const second = first === undefined ? undefined : right(frame);
    if (second === undefined) {
      return false;
    }
    rt.budget.step(1 + comparisonSteps(first as Value));
    return equalValues(first as Value, second);
  };
  return { kind: 'check', check };
}

function isOpenVariable(term: Term, names: Names): term is VarTerm {
  return term.kind === 'var' && hasUnbound(term, names);
}
