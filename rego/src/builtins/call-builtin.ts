import { Budget, DEFAULT_LIMITS, type BudgetLimits } from '../evaluate/budget.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import type { BuiltinContext } from './builtin.js';
import { BUILTINS } from './node-builtins.js';
import { checkOperands } from './check-operands.js';

/** Returns a context for tests, with the clock and random bytes fixed at zero. */
export function testContext(limits: Partial<BudgetLimits> = {}, lines?: string[]): BuiltinContext {
  return {
    budget: new Budget({ ...DEFAULT_LIMITS, deadlineMs: 10_000, ...limits }),
    nowNanos: 0n,
    randomBytes: (size) => new Uint8Array(size),
    queryCache: new Map(),
    runtime: RegoObject.EMPTY,
    allowedHosts: [],
    metadataChain: () => [],
    metadataRule: () => RegoObject.EMPTY,
    print: lines === undefined ? undefined : (line) => lines.push(line),
  };
}

/** Calls a built-in function by name as the evaluator does, including operand checks. For specs. */
export function callBuiltin(name: string, args: readonly Value[], context = testContext()): Value | undefined {
  const builtin = BUILTINS.get(name);
  if (builtin === undefined) {
    throw new Error(`no built-in function ${name}`);
  }
  checkOperands(builtin, args);
  return builtin.call(args, context);
}
