import { RegoError } from '../errors.js';
import { Scope } from '../evaluate/scope.js';
import { isArray } from '../values/type-name.js';
import { knownArguments, withResult } from './calls.js';
import type { Eval, Next } from './eval.js';
import { evalFunction } from './eval-function.js';
import type { Mock } from './session.js';
import { capturesResult, type CallExpr, isFalse, valueTerm } from './terms.js';

/** Evaluates a call (OPA, topdown/eval.go, `evalCall`). */
export function evalCall(e: Eval, call: CallExpr, next: Next): void {
  const mock = e.session.mockOf(call.operator);
  if (mock !== undefined) {
    evalMock(e, call, mock, next);
    return;
  }
  if (e.session.rules.functions.group(call.operator) !== undefined) {
    evalFunction(e, call, next);
    return;
  }
  const builtin = e.session.rules.functions.builtin(call.operator);
  if (builtin === undefined) {
    throw new RegoError('eval_internal_error', `unsupported built-in function ${call.operator}`);
  }
  if (e.exprNeedsSave() || callNeedsSave(e, call)) {
    e.saveCall(call, next);
    return;
  }
  const args = knownArguments(e, call);
  if (args === undefined) {
    e.saveCall(call, next);
    return;
  }
  const result = e.session.known.builtin(builtin, args);
  if (builtin.relation === true) {
    for (const one of result !== undefined && isArray(result) ? result : []) {
      e.session.step();
      withResult(e, call, valueTerm(one), next);
    }
  } else if (result !== undefined) {
    withResult(e, call, valueTerm(result), next);
  }
}

/** Returns whether the call would be saved without its modifiers. A call to a mock can be saved even if the replaced call would not be. */
function callNeedsSave(e: Eval, call: CallExpr): boolean {
  return e.session.exprNeedsSave({ ...call, with: [] }, e.bindings);
}

/** Calls a replacement function. As in OPA, replacements do not apply inside it. */
function evalMock(e: Eval, call: CallExpr, mock: Mock, next: Next): void {
  if (mock.kind === 'value') {
    const captured = call.args[call.args.length - 1];
    if (capturesResult(call) && captured !== undefined) {
      e.unify(captured, mock.term, e.bindings, mock.bindings, next);
    } else if (!isFalse(mock.bindings.plug(mock.term))) {
      next();
    }
    return;
  }
  const { session } = e;
  const { rt } = session;
  const outer = rt.scope;
  const scope = new Scope(outer, outer.input, outer.data, outer.replaced, undefined);
  const enter = (): void => {
    session.pushMocks(new Map());
    session.pushContext('!');
    rt.scope = scope;
  };
  const leave = (): void => {
    session.popMocks();
    session.popContext();
    rt.scope = outer;
  };
  enter();
  evalCall(e, { ...call, operator: mock.operator }, () => {
    leave();
    next();
    enter();
  });
  leave();
}
