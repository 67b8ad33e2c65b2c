import { RegoError } from '../errors.js';
import type { Term, With } from '../syntax/ast.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import type { ExprCode, Frame, Getter, Step } from './code.js';
import type { Context } from './context.js';
import { hoist } from './hoist.js';
import { Scope, type Mock, type Mocks } from './scope.js';

/** The change that one `with` makes to the new scope, given its value. */
type Change =
  | { readonly kind: 'input' | 'data'; readonly path: readonly string[]; readonly get: Getter }
  | { readonly kind: 'call'; readonly name: string; readonly mock: (frame: Frame) => Mock | undefined };

interface Draft {
  input: Value | undefined;
  data: Value;
  replaced: readonly (readonly string[])[] | undefined;
  mocks: Mocks | undefined;
}

/** Runs a step in a new scope. Returns false if the value of a `with` is undefined. */
export type Enter = (frame: Frame, run: Step) => boolean;

/**
 * Compiles the `with` modifiers of one expression. Evaluates all their values in the surrounding scope before applying any of the
 * modifiers.
 */
export function underWith(context: Context, modifiers: readonly With[], out: ExprCode[]): Enter {
  const changes = modifiers.map((modifier) => changeOf(context, modifier, out));
  const { rt } = context;
  return (frame, run) => {
    const outer = rt.scope;
    const draft: Draft = { input: outer.input, data: outer.data, replaced: outer.replaced, mocks: outer.mocks };
    for (const change of changes) {
      if (!apply(change, draft, frame)) {
        return false;
      }
    }
    rt.budget.step(changes.length);
    if (!(draft.data instanceof RegoObject)) {
      throw new RegoError('eval_type_error', 'data must be replaced by an object', modifiers[0]?.loc);
    }
    rt.scope = new Scope(outer, draft.input, draft.data, draft.replaced, draft.mocks);
    try {
      return run(frame);
    } finally {
      rt.scope = outer;
    }
  };
}

function changeOf(context: Context, modifier: With, out: ExprCode[]): Change {
  const { name, path } = targetOf(modifier);
  if (name === 'input' || (name === 'data' && context.world.function(`data.${path.join('.')}`) === undefined)) {
    return { kind: name, path, get: context.getter(hoist(context, modifier.value, out)) };
  }
  const full = [name, ...path].join('.');
  const target = functionName(context, modifier.value);
  if (target !== undefined) {
    const mock: Mock = context.world.builtin(target)
      ? { kind: 'builtin', name: target }
      : { kind: 'function', path: target };
    return { kind: 'call', name: full, mock: () => mock };
  }
  const get = context.getter(hoist(context, modifier.value, out));
  const mock = (frame: Frame): Mock | undefined => {
    const value = get(frame);
    return value === undefined ? undefined : { kind: 'value', value };
  };
  return { kind: 'call', name: full, mock };
}

function targetOf({ target, loc }: With): { readonly name: string; readonly path: readonly string[] } {
  if (target.kind === 'var') {
    return { name: target.name, path: [] };
  }
  const path = target.path.map((part) => {
    if (part.kind !== 'string') {
      throw new RegoError('rego_compile_error', 'with keyword target must be a constant path', loc);
    }
    return part.value;
  });
  return { name: target.head.kind === 'var' ? target.head.name : '', path };
}

/** Returns the name of the function that a term names, if it names one and is not a variable. */
function functionName(context: Context, term: Term): string | undefined {
  if (term.kind === 'var') {
    return !context.names.isBound(term.name) && context.world.builtin(term.name) !== undefined ? term.name : undefined;
  }
  if (term.kind !== 'ref' || term.head.kind !== 'var' || context.names.isBound(term.head.name)) {
    return undefined;
  }
  const parts = [term.head.name];
  for (const part of term.path) {
    if (part.kind !== 'string') {
      return undefined;
    }
    parts.push(part.value);
  }
  const name = parts.join('.');
  return context.world.builtin(name) !== undefined || context.world.function(name) !== undefined ? name : undefined;
}

function apply(change: Change, draft: Draft, frame: Frame): boolean {
  if (change.kind === 'call') {
    const mock = change.mock(frame);
    if (mock !== undefined) {
      draft.mocks = new Map(draft.mocks).set(change.name, mock);
    }
    return mock !== undefined;
  }
  const value = change.get(frame);
  if (value === undefined) {
    return false;
  }
  if (change.kind === 'input') {
    draft.input = replaceAt(draft.input, change.path, value);
  } else {
    draft.data = replaceAt(draft.data, change.path, value);
    draft.replaced = [...(draft.replaced ?? []), change.path];
  }
  return true;
}

/** Returns the document with `value` at `path`. Replaces any value along the path that is not an object. */
function replaceAt(document: Value | undefined, path: readonly string[], value: Value): Value {
  const [key, ...rest] = path;
  if (key === undefined) {
    return value;
  }
  const object = document instanceof RegoObject ? document : RegoObject.EMPTY;
  return object.with(key, replaceAt(object.get(key), rest, value));
}
