import type { Builtin } from '../builtins/builtin.js';
import type { RuleGroup } from '../compile/program.js';

/** Functions that are evaluated later, because their results can change after partial evaluation (OPA `Nondeterministic`). */
const LATER: ReadonlySet<string> = new Set(['time.now_ns']);

/** The functions that a policy can call. */
export class PolicyFunctions {
  constructor(
    private readonly builtins: ReadonlyMap<string, Builtin>,
    private readonly groups: ReadonlyMap<string, RuleGroup>,
  ) {}

  builtin(operator: string): Builtin | undefined {
    return this.builtins.get(operator);
  }

  /** Returns a function of the policy by its full name: `data.lib.f`. */
  group(operator: string): RuleGroup | undefined {
    return this.groups.get(operator);
  }

  /** Returns the number of arguments of the function, without its result; `undefined` if it does not exist. */
  arity(operator: string): number | undefined {
    return operator === 'eq' || operator === 'equal'
      ? 2
      : (this.builtins.get(operator)?.args.length ?? this.groups.get(operator)?.arity);
  }

  /** Returns whether the results of a built-in function depend on more than its arguments. */
  isNondeterministic(operator: string): boolean {
    return LATER.has(operator) || this.builtins.get(operator)?.nondeterministic === true;
  }
}
