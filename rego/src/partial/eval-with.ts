import { RegoError } from '../errors.js';
import { Scope, type Mocks } from '../evaluate/scope.js';
import { RegoObject } from '../values/object.js';
import { printValue } from '../values/print.js';
import type { Value } from '../values/value.js';
import { functionPath } from './calls.js';
import { constantPrefix } from './dynamic-rules.js';
import type { Eval, Next } from './eval.js';
import type { Mock } from './session.js';
import { isEquality, type PExpr, type PTerm, type PWith, valueTerm, varTerm } from './terms.js';
import { termsOfExpr, walkTerms } from './walk-terms.js';

/**
 * Evaluates an expression with modifiers (OPA, topdown/eval.go, `evalWith`). Saves the expression if the value of a modifier is unknown.
 * Otherwise does not inline its references, because saved expressions keep the modifiers and must keep their meaning. `step` evaluates the
 * expression without its modifiers.
 */
export function evalWith(e: Eval, step: (e: Eval, next: Next) => void, next: Next): void {
  const { expr, session } = e;
  const replacesUnknown = expr.with.some(
    ({ value }) => value.kind !== 'operator' && session.saveSet.containsRecursive(value, e.bindings),
  );
  if (replacesUnknown) {
    saveWhole(e, expr, next);
    return;
  }
  const scope = scopeOf(e, expr.with);
  const mocks = mocksOf(e, expr.with);
  const disabled = disabledRefs(expr);
  const context = contextOf(e, expr.with);
  const { rt } = session;
  const outer = rt.scope;
  const enter = (): void => {
    rt.scope = scope;
    session.inlining.push(disabled);
    session.pushMocks(mocks);
    session.pushContext(context);
  };
  const leave = (): void => {
    rt.scope = outer;
    session.inlining.pop();
    session.popMocks();
    session.popContext();
  };
  enter();
  step(e, () => {
    leave();
    e.next(next);
    enter();
  });
  leave();
}

/** Saves an expression. The variables that it binds become unknown (OPA `saveExprMarkUnknowns`). */
function saveWhole(e: Eval, expr: PExpr, next: Next): void {
  const bound: readonly PTerm[] =
    expr.kind === 'call' ? (isEquality(expr) ? expr.args : expr.args.slice(expr.arity)) : [];
  const amended: PExpr =
    expr.kind === 'call'
      ? { ...expr, args: expr.args.map((arg) => e.amend(arg, e.bindings)) }
      : expr.kind === 'every'
        ? e.pluggedEvery(expr)
        : { ...expr, term: e.amend(expr.term, e.bindings) };
  e.save(
    [{ expr: { ...amended, with: e.pluggedModifiers(expr) }, bindings: e.bindings }],
    () => {
      e.next(next);
    },
    bound.map((term) => [term, e.bindings] as const),
  );
}

/** Returns the replacements as text. Omits the replacements of unknowns, which are not evaluated here. */
function contextOf(e: Eval, modifiers: readonly PWith[]): string {
  const { saveSet } = e.session;
  const texts = modifiers.map(({ target, isFunction, value }) => {
    const [root = '', ...path] = target;
    if (!isFunction && saveSet.covers([varTerm(root), ...path.map(valueTerm)])) {
      return '';
    }
    const plugged = value.kind === 'operator' ? value : e.bindings.plug(value);
    return JSON.stringify([
      target,
      plugged.kind === 'operator' ? plugged.operator : plugged.kind === 'value' ? printValue(plugged.value) : '',
    ]);
  });
  return texts.join('');
}

function scopeOf(e: Eval, modifiers: readonly PWith[]): Scope {
  const outer = e.session.rt.scope;
  let { input } = outer;
  let data: Value = outer.data;
  let { replaced } = outer;
  for (const { target, isFunction, value } of modifiers) {
    if (isFunction || value.kind === 'operator') {
      continue;
    }
    const [root, ...path] = target;
    const known = knownValue(e, value, target);
    if (root === 'input') {
      input = replaceAt(input, path, known);
    } else {
      data = replaceAt(data, path, known);
      replaced = [...(replaced ?? []), path];
    }
  }
  if (!(data instanceof RegoObject)) {
    throw new RegoError('eval_type_error', 'data must be replaced by an object');
  }
  return new Scope(outer, input, data, replaced, engineMocks(e, modifiers));
}

/** Returns the replacements in the engine's format, for the terms that it evaluates. */
function engineMocks(e: Eval, modifiers: readonly PWith[]): Mocks | undefined {
  let mocks: Mocks | undefined = e.session.rt.scope.mocks;
  for (const { target, isFunction, value } of modifiers) {
    if (!isFunction) {
      continue;
    }
    const name = target.join('.');
    if (value.kind === 'operator') {
      const isBuiltin = e.session.rules.functions.builtin(value.operator) !== undefined;
      mocks = new Map(mocks).set(
        name,
        isBuiltin ? { kind: 'builtin', name: value.operator } : { kind: 'function', path: value.operator },
      );
    } else {
      const plugged = e.bindings.plug(value);
      if (plugged.kind === 'value') {
        mocks = new Map(mocks).set(name, { kind: 'value', value: plugged.value });
      }
    }
  }
  return mocks;
}

function mocksOf(e: Eval, modifiers: readonly PWith[]): Map<string, Mock> {
  const inner = new Map(e.session.currentMocks());
  for (const { target, isFunction, value } of modifiers) {
    if (isFunction) {
      inner.set(
        target.join('.'),
        value.kind === 'operator' ? value : { kind: 'value', term: value, bindings: e.bindings },
      );
    }
  }
  return inner;
}

function knownValue(e: Eval, value: PTerm, target: readonly string[]): Value {
  const plugged = e.bindings.plug(value);
  if (plugged.kind !== 'value') {
    throw new RegoError('eval_internal_error', `the value of \`with ${target.join('.')}\` is not known`);
  }
  return plugged.value;
}

/** Returns the document with `value` at `path`. Replaces values on the way that are not objects. */
function replaceAt(document: Value | undefined, path: readonly string[], value: Value): Value {
  const [key, ...rest] = path;
  if (key === undefined) {
    return value;
  }
  const object = document instanceof RegoObject ? document : RegoObject.EMPTY;
  return object.with(key, replaceAt(object.get(key), rest, value));
}

/** Returns the known prefixes of the references in the expression and its modifiers. */
function disabledRefs(expr: PExpr): readonly (readonly PTerm[])[] {
  const refs: (readonly PTerm[])[] = [];
  walkTerms(termsOfExpr(expr), (term) => {
    if (term.kind === 'ref') {
      refs.push(constantPrefix(term.parts));
    }
    return false;
  });
  if (expr.kind === 'call' && expr.operator.startsWith('data.')) {
    refs.push(functionPath(expr.operator));
  }
  for (const { target, isFunction, value } of expr.with) {
    if (!isFunction) {
      const [root = '', ...path] = target;
      refs.push([varTerm(root), ...path.map(valueTerm)]);
    } else if (value.kind === 'operator' && value.operator.startsWith('data.')) {
      refs.push(functionPath(value.operator));
    }
  }
  return refs;
}
