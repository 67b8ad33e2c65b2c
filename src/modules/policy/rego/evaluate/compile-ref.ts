import type { RefTerm, Term } from '../syntax/ast';
import type { Value } from '../values/value';
import { lookup, lookupBase, lookupPath } from './access';
import type { ExprCode, Getter } from './code';
import { boundAccess, constantAccess, enumerate, enumerateEqual, enumerateInto } from './compile-access';
import { compileMatch } from './compile-match';
import type { Context, DocumentGroup, VirtualNode } from './context';
import { hasUnbound } from './term-facts';
import { compileTreeWalk } from './tree-walk';

/** Where a reference starts: a value with the path that is left, or a place in the tree of rules at which the path goes on with a variable. */
type Start =
  | { readonly kind: 'value'; readonly get: Getter; readonly rest: readonly Term[]; readonly isBase?: true }
  | { readonly kind: 'tree'; readonly node: VirtualNode; readonly rest: readonly Term[] };

/** The getter of a reference whose variables are all bound. */
export function refGetter(context: Context, ref: RefTerm): Getter {
  const start = startOf(context, ref);
  if (start.kind === 'tree') {
    return compileTreeWalk(context, start.node, start.rest).getter();
  }
  return start.rest.reduce((get, part) => access(context, get, part, start.isBase), start.get);
}

/** The code that goes on with each value of a reference, put into `target`, and binds the variables of its path, of which it has one at least. */
export function refGenerator(context: Context, ref: RefTerm, target: number): ExprCode[] {
  const start = startOf(context, ref);
  if (start.kind === 'tree') {
    return [compileTreeWalk(context, start.node, start.rest).generator(target)];
  }
  const codes: ExprCode[] = [];
  const { get, last } = beforeLast(context, start, codes);
  if (hasUnbound(last, context.names)) {
    return [...codes, enumeration(context, get, last, target)];
  }
  const value = access(context, get, last, start.isBase);
  return [...codes, { kind: 'check', check: (frame) => (frame[target] = value(frame)) !== undefined }];
}

/** The code of `ref = wanted` with `wanted` known, or `undefined` when the reference has no form for which this is quicker. */
export function refMembership(context: Context, ref: RefTerm, wanted: Getter): ExprCode[] | undefined {
  const start = startOf(context, ref);
  const key = ref.path.at(-1) as Term;
  if (start.kind === 'tree' || key.kind !== 'var' || !hasUnbound(key, context.names)) {
    return undefined;
  }
  const codes: ExprCode[] = [];
  const { get } = beforeLast(context, start, codes);
  return [...codes, enumerateEqual(context.rt, get, context.names.bind(key.name), wanted)];
}

/** Follows the path of a reference up to its last part. What is enumerated on the way goes through temporary variables. */
function beforeLast(
  context: Context,
  { get: source, rest, isBase }: Extract<Start, { kind: 'value' }>,
  codes: ExprCode[],
): { readonly get: Getter; readonly last: Term } {
  const { names } = context;
  const get = rest.slice(0, -1).reduce((getter, part): Getter => {
    if (!hasUnbound(part, names)) {
      return access(context, getter, part, isBase);
    }
    const slot = names.bind(names.temporary());
    codes.push(enumeration(context, getter, part, slot));
    return (frame) => frame[slot];
  }, source);
  return { get, last: rest.at(-1) as Term };
}

function enumeration(context: Context, get: Getter, part: Term, target: number): ExprCode {
  const { names, rt } = context;
  return part.kind === 'var'
    ? enumerateInto(rt, get, names.bind(part.name), target)
    : enumerate(rt, get, compileMatch(context, part), target);
}

function access(context: Context, source: Getter, part: Term, isBase: boolean | undefined): Getter {
  if (isBase === true) {
    return boundAccess(source, context.getter(part), lookupBase);
  }
  const key = context.constant(part);
  return key === undefined ? boundAccess(source, context.getter(part)) : constantAccess(source, key);
}

function startOf(context: Context, ref: RefTerm): Start {
  const { head } = ref;
  if (head.kind === 'var' && head.name === 'data') {
    return dataStart(context, ref.path);
  }
  return { kind: 'value', get: context.getter(head), rest: ref.path };
}

/** Walks the known part of a path below `data` as far as rules stand there. */
function dataStart(context: Context, path: readonly Term[]): Start {
  const { root } = context.world;
  let node: VirtualNode = root;
  for (const [position, part] of path.entries()) {
    const key = context.constant(part);
    if (key === undefined) {
      return { kind: 'tree', node, rest: path.slice(position) };
    }
    const child = node.children.get(key as string);
    if (child === undefined) {
      return baseStart(context, path);
    }
    if (child.group !== undefined) {
      return groupStart(context, child.group, path.slice(position + 1));
    }
    node = child;
  }
  return { kind: 'value', get: extentGetter(context, node), rest: [] };
}

/** Base data alone: found now, unless a `with` replaces data when it runs. */
function baseStart(context: Context, path: readonly Term[]): Start {
  const { rt, world } = context;
  const known: Value[] = [];
  for (const part of path) {
    const key = context.constant(part);
    if (key === undefined) {
      break;
    }
    known.push(key);
  }
  const found = lookupPath(world.base, known, lookupBase);
  const get: Getter = () => (rt.scope.data === world.base ? found : lookupPath(rt.scope.data, known, lookupBase));
  return { kind: 'value', get, rest: path.slice(known.length), isBase: true };
}

function groupStart(context: Context, group: DocumentGroup, rest: readonly Term[]): Start {
  const { rt } = context;
  const [first, ...others] = rest;
  if (group.kind === 'complete' || first === undefined || hasUnbound(first, context.names)) {
    const get: Getter = () => (rt.scope.covers(group.path) ? lookupPath(rt.scope.data, group.path) : group.value());
    return { kind: 'value', get, rest };
  }
  const key = context.getter(first);
  const get: Getter = (frame) => {
    const at = key(frame);
    if (at === undefined) {
      return undefined;
    }
    return rt.scope.covers(group.path) ? lookup(lookupPath(rt.scope.data, group.path), at) : group.lookup(at);
  };
  return { kind: 'value', get, rest: others };
}

function extentGetter(context: Context, node: VirtualNode): Getter {
  const { rt } = context;
  return () => {
    const base = lookupPath(rt.scope.data, node.path);
    return rt.scope.covers(node.path) ? base : node.extent(base);
  };
}
