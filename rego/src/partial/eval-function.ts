import { plugQuery } from './bindings.js';
import { functionPath, knownArguments, operatorOfPath, withResult } from './calls.js';
import { namespaced } from './data-ref.js';
import { isFeasible } from './feasible.js';
import type { Eval, Next } from './eval.js';
import type { PGroup, PRule } from './rules.js';
import { splitPath } from './support.js';
import { capturesResult, type CallExpr, isFalse, type PTerm, termExpr, valueTerm } from './terms.js';
import { unifyLists } from './unify.js';
import { variablesOf } from './walk-terms.js';

/** Evaluates a call to a policy function (OPA, topdown/eval.go, `evalFunc`). */
export function evalFunction(e: Eval, call: CallExpr, next: Next): void {
  const group = e.session.rules.functionGroup(call.operator);
  if (group === undefined) {
    return;
  }
  const isUnknown = e.exprNeedsSave() || e.session.exprNeedsSave({ ...call, with: [] }, e.bindings);
  if (!isUnknown && !e.session.hasMocks()) {
    const args = knownArguments(e, call);
    const result = args === undefined ? undefined : e.session.known.call(call.operator, args);
    if (result !== undefined) {
      withResult(e, call, valueTerm(result), next);
    }
    return;
  }
  if (group.hasElse && isUnknown) {
    e.saveCall(call, next);
    return;
  }
  const { inlining } = e.session;
  const path = functionPath(call.operator);
  if (
    (needsDefault(call, group) || inlining.shallow || inlining.isDisabled(path)) &&
    dependsOnUnknowns(e, call, path)
  ) {
    evalBySupport(e, call, group, next);
    return;
  }
  inline(e, call, group, next);
}

function needsDefault(call: CallExpr, { default: fallback }: PGroup): boolean {
  return fallback !== undefined && (capturesResult(call) || !isFalse(fallback.value ?? valueTerm(true)));
}

function dependsOnUnknowns(e: Eval, call: CallExpr, path: readonly PTerm[]): boolean {
  return e.session.needsSave([{ kind: 'ref', parts: path }, ...call.args.slice(0, call.arity)], e.bindings);
}

/** Evaluates the rules in place of the call. */
function inline(e: Eval, call: CallExpr, group: PGroup, next: Next): void {
  const state: Progress = { previous: undefined };
  for (const rule of group.rules) {
    let isDefined = evalRule(e, call, rule, state, next);
    for (const other of isDefined ? [] : rule.else) {
      isDefined ||= evalRule(e, call, other, state, next);
    }
  }
  if (group.default !== undefined && state.previous === undefined) {
    evalRule(e, call, group.default, state, next);
  }
}

interface Progress {
  previous: PTerm | undefined;
}

/** Evaluates one rule. Returns whether it had a result. */
function evalRule(e: Eval, call: CallExpr, rule: PRule, state: Progress, next: Next): boolean {
  const child = e.child(rule.body);
  const value = rule.value ?? valueTerm(true);
  const head = capturesResult(call) ? [...rule.args, value] : rule.args;
  let isDefined = false;
  unifyLists(e.plain(), call.args, head, e.bindings, child.bindings, () => {
    child.run(() => {
      if (!capturesResult(call) && e.session.saveSet.contains(value, child.bindings)) {
        // The residual tests whether the unknown result is false.
        e.save([e.saved(termExpr(value), child.bindings)], next);
        return;
      }
      const result = child.bindings.plug(value);
      state.previous = result;
      isDefined = true;
      if (capturesResult(call) || !isFalse(result)) {
        next();
      }
    });
  });
  return isDefined;
}

function evalBySupport(e: Eval, call: CallExpr, group: PGroup, next: Next): void {
  const { support } = e.session;
  const path = namespaced(e.session.namespaceOf(functionPath(call.operator)), functionPath(call.operator));
  const isDefined = (): boolean => support.exists(path.slice(1));
  if (!isDefined()) {
    [...group.rules, ...(group.default === undefined ? [] : [group.default])].forEach((rule) => {
      supportFunctionRule(e, rule, path);
    });
  }
  if (isDefined()) {
    e.saveCall({ ...call, operator: operatorOfPath(path), isSupport: true }, next);
  }
}

/** Adds the residual rule for one rule of a function. The arguments are unknown in the residual rule. */
function supportFunctionRule(e: Eval, rule: PRule, path: readonly PTerm[]): void {
  const { session } = e;
  const child = e.child(rule.body);
  session.saveStack.pushQuery();
  const args = variablesOf(rule.args);
  args.forEach((name) => {
    session.saveSet.push(name, child.bindings);
  });
  child.run(() => {
    const saved = session.saveStack.popQuery();
    const body = plugQuery(saved);
    if (isFeasible(body, session.rules.functions)) {
      session.allocate(1 + body.length);
      const { packagePath, ref } = splitPath(path.slice(1));
      session.support.insert(packagePath, {
        default: rule.isDefault,
        ref,
        args: rule.args.map((arg) => child.bindings.plug(arg, true)),
        element: undefined,
        value: child.bindings.plug(rule.value ?? valueTerm(true), true),
        body,
      });
    }
    session.saveStack.pushQuery(saved);
  });
  session.saveSet.pop(args.size);
  session.saveStack.popQuery();
}
