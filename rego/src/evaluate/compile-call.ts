import { checkOperands } from '../builtins/check-operands.js';
import type { Builtin } from '../builtins/builtin.js';
import { BuiltinError, RegoError } from '../errors.js';
import type { CallTerm, Location } from '../syntax/ast.js';
import { isArray } from '../values/type-name.js';
import type { Value } from '../values/value.js';
import type { ExprCode, Frame, Getter, Step } from './code.js';
import type { Context, FunctionCode } from './context.js';
import { operatorGetter } from './operators.js';
import { printGetter } from './print-call.js';
import type { Runtime } from './runtime.js';
import { Scope, type Mock } from './scope.js';

/** Creating an error takes about 15 µs, since it includes a stack trace. */
const STEPS_PER_ERROR = 16;

/** Returns the getter of a call whose arguments are all bound: an operator, a built-in function or a function of the policy. */
export function callGetter(context: Context, call: CallTerm): Getter {
  const { rt, world, rule } = context;
  if (call.operator === 'rego.metadata.rule' || call.operator === 'rego.metadata.chain') {
    const value = call.operator === 'rego.metadata.rule' ? world.metadataRule(rule) : world.metadataChain(rule);
    return () => value;
  }
  if (call.operator === 'print') {
    return printGetter(context, call);
  }
  const args = call.args.map((arg) => context.getter(arg));
  const inline = operatorGetter(call.operator, args, (count) => rt.budget.step(count));
  const general = generalCall(context, call, args);
  return inline === undefined ? general : (frame) => (rt.scope.mocks === undefined ? inline(frame) : general(frame));
}

function generalCall(context: Context, call: CallTerm, args: readonly Getter[]): Getter {
  const { rt } = context;
  const direct = directCall(context, call);
  const evaluateArgs = argumentsGetter(args);
  return (frame) => {
    const values = evaluateArgs(frame);
    if (values === undefined) {
      return undefined;
    }
    const mock = rt.scope.mocks?.get(call.operator);
    return mock === undefined ? direct(values) : callMock(context, mock, values, call.loc);
  };
}

/** Continues with each result of a relation (`walk`). */
export function enumerateResults(context: Context, call: CallTerm, args: readonly Getter[], target: number): ExprCode {
  const { rt } = context;
  const direct = directCall(context, call);
  const evaluateArgs = argumentsGetter(args);
  const generate =
    (next: Step): Step =>
    (frame) => {
      const values = evaluateArgs(frame);
      if (values === undefined) {
        return false;
      }
      const mock = rt.scope.mocks?.get(call.operator);
      // A mock of a relation returns one result.
      const mocked = mock === undefined ? undefined : callMock(context, mock, values, call.loc);
      const results = mock === undefined ? direct(values) : mocked === undefined ? [] : [mocked];
      for (const result of results !== undefined && isArray(results) ? results : []) {
        rt.budget.step();
        frame[target] = result;
        if (next(frame)) {
          return true;
        }
      }
      return false;
    };
  return { kind: 'generator', generate };
}

function directCall(context: Context, call: CallTerm): (args: readonly Value[]) => Value | undefined {
  const { world, rt } = context;
  const builtin = world.builtin(call.operator);
  if (builtin !== undefined) {
    return (args) => callBuiltin(rt, builtin, args, call.loc);
  }
  let target: FunctionCode | undefined;
  return (args) => {
    target ??= world.function(call.operator);
    if (target === undefined) {
      throw new RegoError('eval_internal_error', `unknown function ${call.operator}`, call.loc);
    }
    return target.call(args);
  };
}

/** Calls a built-in function. An error makes the call undefined, or stops the evaluation if errors are strict. */
function callBuiltin(rt: Runtime, builtin: Builtin, args: readonly Value[], loc: Location): Value | undefined {
  rt.budget.step(builtin.steps ?? 1);
  try {
    checkOperands(builtin, args);
    return builtin.call(args, rt.context);
  } catch (error) {
    if (!(error instanceof BuiltinError)) {
      throw error;
    }
    rt.budget.step(STEPS_PER_ERROR);
    if (rt.strict) {
      throw new RegoError(error.code, `${builtin.name}: ${error.message}`, loc);
    }
    return undefined;
  }
}

/**
 * Calls a mock. As in OPA, mocks do not apply to the calls that a mock makes, so it runs in a scope without mocks or results that were
 * computed with mocks.
 */
function callMock(context: Context, mock: Mock, args: readonly Value[], loc: Location): Value | undefined {
  if (mock.kind === 'value') {
    return mock.value;
  }
  const { rt, world } = context;
  const outer = rt.scope;
  rt.scope = new Scope(outer, outer.input, outer.data, outer.replaced, undefined);
  try {
    if (mock.kind === 'function') {
      return world.function(mock.path)?.call(args);
    }
    const builtin = world.builtin(mock.name);
    return builtin === undefined ? undefined : callBuiltin(rt, builtin, args, loc);
  } finally {
    rt.scope = outer;
  }
}

function argumentsGetter(args: readonly Getter[]): (frame: Frame) => readonly Value[] | undefined {
  const [a, b] = args;
  if (a !== undefined && args.length === 1) {
    return (frame) => {
      const value = a(frame);
      return value === undefined ? undefined : [value];
    };
  }
  if (a !== undefined && b !== undefined && args.length === 2) {
    return (frame) => {
      const first = a(frame);
      const second = first === undefined ? undefined : b(frame);
      return first === undefined || second === undefined ? undefined : [first, second];
    };
  }
  return (frame) => {
    const values: Value[] = [];
    for (const arg of args) {
      const value = arg(frame);
      if (value === undefined) {
        return undefined;
      }
      values.push(value);
    }
    return values;
  };
}
