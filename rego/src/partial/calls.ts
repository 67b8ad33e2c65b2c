import { operatorName, operatorPath } from '../syntax/operators.js';
import type { Value } from '../values/value.js';
import type { Eval, Next } from './eval.js';
import { capturesResult, type CallExpr, isFalse, type PTerm, valueTerm, varTerm } from './terms.js';

/** Returns the arguments without the captured result, if all are known. */
export function knownArguments(e: Eval, call: CallExpr): readonly Value[] | undefined {
  const values: Value[] = [];
  for (const arg of call.args.slice(0, call.arity)) {
    const plugged = e.bindings.plug(arg);
    if (plugged.kind !== 'value') {
      return undefined;
    }
    values.push(plugged.value);
  }
  return values;
}

/** Continues with the result of a call, which is either captured or tested. */
export function withResult(e: Eval, call: CallExpr, result: PTerm, next: Next): void {
  const captured = call.args[call.args.length - 1];
  if (capturesResult(call) && captured !== undefined) {
    e.unify(captured, result, e.bindings, e.bindings, next);
  } else if (!isFalse(result)) {
    next();
  }
}

/** Returns the path of a function of the policy, starting with `data`. */
export function functionPath(operator: string): readonly PTerm[] {
  const [, ...path] = operatorPath(operator);
  return [varTerm('data'), ...path.map(valueTerm)];
}

/** Returns the operator that calls the function at a path. */
export function operatorOfPath(path: readonly PTerm[]): string {
  const loc = { file: '', row: 0, col: 0, offset: 0, text: '' };
  const parts = path.slice(1).map((part) => {
    const value = part.kind === 'value' && typeof part.value === 'string' ? part.value : '';
    return { kind: 'string', value, loc } as const;
  });
  return operatorName({ kind: 'var', name: 'data', loc }, parts) ?? '';
}
