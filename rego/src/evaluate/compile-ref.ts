import type { RefTerm, Term } from '../syntax/ast.js';
import type { Value } from '../values/value.js';
import { lookup, lookupBase, lookupPath } from './access.js';
import type { ExprCode, Getter } from './code.js';
import { boundAccess, constantAccess, enumerate, enumerateEqual, enumerateInto } from './compile-access.js';
import { compileMatch } from './compile-match.js';
import type { Context, DocumentGroup, VirtualNode } from './context.js';
import { hasUnbound } from './term-facts.js';
import { compileTreeWalk } from './tree-walk.js';

/** The start of a reference: a value with the remaining path, or a place in the rule tree at which the path continues with a variable. */
type Start =
  | { readonly kind: 'value'; readonly get: Getter; readonly rest: readonly Term[]; readonly isBase?: true }
  | { readonly kind: 'tree'; readonly node: VirtualNode; readonly rest: readonly Term[] };

/** Returns the getter of a reference whose variables are all bound. */
export function refGetter(context: Context, ref: RefTerm): Getter {
  const start = startOf(context, ref);
  if (start.kind === 'tree') {
    return compileTreeWalk(context, start.node, start.rest).getter();
  }
  return start.rest.reduce((get, part) => access(context, get, part, start.isBase), start.get);
}

/** Returns code that stores each value of a reference in `target`, binds the variables of its path, and continues. */
export function refGenerator(context: Context, ref: RefTerm, target: number): ExprCode[] {
  const start = startOf(context, ref);
  if (start.kind === 'tree') {
    return [compileTreeWalk(context, start.node, start.rest).generator(target)];
  }
  return enumerateAll(context, start, target, undefined);
}

/** Returns the code of `ref = wanted` with a known `wanted`, or `undefined` if this is not faster for the form of the reference. */
export function refMembership(context: Context, ref: RefTerm, wanted: Getter): ExprCode[] | undefined {
  const start = startOf(context, ref);
  const last = ref.path.at(-1);
  if (start.kind === 'tree' || last?.kind !== 'var' || context.names.isBound(last.name)) {
    return undefined;
  }
  const earlier = start.rest.slice(0, -1);
  if (start.rest.length === 0 || earlier.some((part) => hasUnbound(part, context.names))) {
    return undefined;
  }
  return enumerateAll(context, start, -1, wanted);
}

function access(context: Context, source: Getter, part: Term, isBase: boolean | undefined): Getter {
  const key = context.constant(part);
  if (isBase === true) {
    return boundAccess(source, context.getter(part), lookupBase);
  }
  return key === undefined ? boundAccess(source, context.getter(part)) : constantAccess(source, key);
}

function enumerateAll(
  context: Context,
  { get: source, rest: path, isBase }: Extract<Start, { kind: 'value' }>,
  target: number,
  wanted: Getter | undefined,
): ExprCode[] {
  const { names, rt } = context;
  const codes: ExprCode[] = [];
  let get = source;
  let stored = false;
  path.forEach((part, position) => {
    if (!hasUnbound(part, names)) {
      get = access(context, get, part, isBase);
      return;
    }
    const isLast = position === path.length - 1;
    stored = isLast;
    if (isLast && wanted !== undefined && part.kind === 'var') {
      codes.push(enumerateEqual(rt, get, names.bind(part.name), wanted));
      return;
    }
    const slot = isLast ? target : names.bind(names.temporary());
    codes.push(
      part.kind === 'var'
        ? enumerateInto(rt, get, names.bind(part.name), slot)
        : enumerate(rt, get, compileMatch(context, part), slot),
    );
    get = (frame) => frame[slot];
  });
  return wanted !== undefined || stored ? codes : [...codes, store(get, target)];
}

function store(get: Getter, target: number): ExprCode {
  return {
    kind: 'check',
    check: (frame) => (frame[target] = get(frame)) !== undefined,
  };
}

function startOf(context: Context, ref: RefTerm): Start {
  const { head } = ref;
  const { rt } = context;
  if (head.kind === 'var' && head.name === 'input') {
    return { kind: 'value', get: () => rt.scope.input, rest: ref.path };
  }
  if (head.kind === 'var' && head.name === 'data') {
    return dataStart(context, ref.path);
  }
  return { kind: 'value', get: context.getter(head), rest: ref.path };
}

/** Walks the known part of a path below `data` as far as rules exist there. */
function dataStart(context: Context, path: readonly Term[]): Start {
  const { root } = context.world;
  let node: VirtualNode = root;
  for (const [position, part] of path.entries()) {
    const key = context.constant(part);
    if (key === undefined) {
      return { kind: 'tree', node, rest: path.slice(position) };
    }
    const child = typeof key === 'string' ? node.children.get(key) : undefined;
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

/** Finds base data at compile time, unless a `with` replaces data at run time. */
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
