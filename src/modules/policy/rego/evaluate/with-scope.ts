import { operatorSpelled } from '../compile/functions';
import { RegoError } from '../errors';
import type { Expr, StringTerm, Term, With } from '../syntax/ast';
import { RegoObject } from '../values/object';
import type { Value } from '../values/value';
import type { Frame, Step } from './code';
import { callBuiltin } from './compile-call';
import type { Context, FunctionCode } from './context';
import { Scope, type Mock, type Mocks } from './scope';

/** What one `with` does to the scope that is being made; false when its value is undefined. */
type Change = (draft: Draft, frame: Frame) => boolean;

interface Draft {
  input: Value | undefined;
  data: Value;
  replaced: readonly (readonly string[])[] | undefined;
  mocks: Mocks | undefined;
}

/** Runs a step in a scope of its own; false when the value of a `with` is undefined. */
export type Enter = (frame: Frame, run: Step) => boolean;

/** Compiles the `with` modifiers of one expression. Their values are found in the scope around it, all before any of them counts. */
export function underWith(context: Context, { with: modifiers, loc }: Expr): Enter {
  const changes = modifiers.map((modifier) => changeOf(context, modifier));
  const { rt } = context;
  return (frame, run) => {
    const outer = rt.scope;
    const draft: Draft = { input: outer.input, data: outer.data, replaced: outer.replaced, mocks: outer.mocks };
    if (!changes.every((change) => change(draft, frame))) {
      return false;
    }
    rt.budget.step(changes.length);
    if (!(draft.data instanceof RegoObject)) {
      throw new RegoError('eval_type_error', 'data must be replaced by an object', loc);
    }
    rt.scope = new Scope(outer, draft.input, draft.data, draft.replaced, draft.mocks);
    try {
      return run(frame);
    } finally {
      rt.scope = outer;
    }
  };
}

function changeOf(context: Context, { target, value, loc }: With): Change {
  const { world } = context;
  const full = operatorSpelled(target);
  if (full === undefined) {
    throw new RegoError('rego_compile_error', 'with keyword target must be a constant path', loc);
  }
  const replacesFunction = world.builtin(full) !== undefined || world.function(full) !== undefined;
  const replacement = replacesFunction ? functionNamed(context, value) : undefined;
  if (replacement !== undefined) {
    return (draft) => addMock(draft, full, replacement);
  }
  const set = replacesFunction
    ? (draft: Draft, found: Value) => addMock(draft, full, { kind: 'value', value: found })
    : documentSetter(target);
  // The compiler has moved what may have several values into expressions before (`flatten-calls.ts`).
  const get = context.getter(value);
  return (draft, frame) => {
    const found = get(frame);
    return found !== undefined && set(draft, found);
  };
}

function addMock(draft: Draft, name: string, mock: Mock): true {
  draft.mocks = new Map(draft.mocks).set(name, mock);
  return true;
}

function documentSetter(target: With['target']): (draft: Draft, value: Value) => true {
  const [head, path] = target.kind === 'var' ? [target, []] : [target.head, target.path.map(textOf)];
  if (operatorSpelled(head) === 'input') {
    return (draft, value) => {
      draft.input = replaceAt(draft.input, path, value);
      return true;
    };
  }
  return (draft, value) => {
    draft.data = replaceAt(draft.data, path, value);
    draft.replaced = draft.replaced === undefined ? [path] : [...draft.replaced, path];
    return true;
  };
}

/** The function that a term names, when it does not name a variable (`Program` promises that it is either). */
function functionNamed({ world, names, rt }: Context, term: Term): Mock | undefined {
  const name = operatorSpelled(term);
  const head = operatorSpelled(term.kind === 'ref' ? term.head : term) ?? '';
  if (name === undefined || names.isBound(head)) {
    return undefined;
  }
  const builtin = world.builtin(name);
  if (builtin !== undefined) {
    return { kind: 'function', call: (args, loc) => callBuiltin(rt, builtin, args, loc) };
  }
  const target = world.function(name) as FunctionCode;
  return { kind: 'function', call: (args) => target.call(args) };
}

function textOf(part: Term): string {
  return (part as StringTerm).value;
}

/** The document with `value` at `path`; what stands in the way and is no object gives way. */
function replaceAt(document: Value | undefined, path: readonly string[], value: Value): Value {
  const [key, ...rest] = path;
  if (key === undefined) {
    return value;
  }
  const object = document instanceof RegoObject ? document : RegoObject.EMPTY;
  return object.with(key, replaceAt(object.get(key), rest, value));
}
