import { BuiltinError } from '../../errors.js';
import { Budget, DEFAULT_LIMITS } from '../../evaluate/budget.js';
import { fromJson, toJson } from '../../values/json.js';
import { RegoObject } from '../../values/object.js';
import type { Value } from '../../values/value.js';
import type { Builtin, BuiltinContext } from '../builtin.js';

/** Returns a query context with fixed values for tests. */
export function testContext(overrides: Partial<BuiltinContext> = {}): BuiltinContext {
  return {
    budget: new Budget({ ...DEFAULT_LIMITS, deadlineMs: 10_000 }),
    nowNanos: 0n,
    randomBytes: (size) => new Uint8Array(size),
    queryCache: new Map(),
    runtime: RegoObject.EMPTY,
    allowedHosts: [],
    metadataChain: () => [],
    metadataRule: () => RegoObject.EMPTY,
    print: undefined,
    ...overrides,
  };
}

/** Calls a function of a family with Rego values. */
export function callWithValues(
  family: readonly Builtin[],
  name: string,
  args: readonly Value[],
  context: BuiltinContext = testContext(),
): Value | undefined {
  const builtin = family.find((candidate) => candidate.name === name);
  if (builtin === undefined) {
    throw new Error(`${name} is not in this family`);
  }
  return builtin.call(args, context);
}

/** Calls a function of a family with JSON and returns the result as JSON. If the function fails, returns the error message. */
export function callWithJson(
  family: readonly Builtin[],
  name: string,
  args: readonly unknown[],
  context: BuiltinContext = testContext(),
): unknown {
  try {
    const values = args.map((argument) => fromJson(argument));
    const result = callWithValues(family, name, values, context);
    return result === undefined ? undefined : toJson(result);
  } catch (error) {
    if (error instanceof BuiltinError) {
      return `${error.code}: ${error.message}`;
    }
    throw error;
  }
}

/** Returns a context with a short deadline. */
export function hurriedContext(deadlineMs = 50): BuiltinContext {
  return testContext({ budget: new Budget({ ...DEFAULT_LIMITS, deadlineMs }) });
}
