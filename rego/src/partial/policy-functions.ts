import type { Builtin } from '../builtins/builtin.js';
import type { RuleGroup } from '../compile/program.js';

/** Evaluated later, as their results are not those of the time of partial evaluation; as OPA's `Nondeterministic`. */
const LATER: ReadonlySet<string> = new Set(['time.now_ns']);

/** The functions that a policy may call. */
export class PolicyFunctions {
  constructor(
    private readonly builtins: ReadonlyMap<string, Builtin>,
    private readonly groups: ReadonlyMap<string, RuleGroup>,
  ) {}

  builtin(operator: string): Builtin | undefined {
    return this.builtins.get(operator);
  }

  /** A function of the policy by its full name: `data.lib.f`. */
  group(operator: string): RuleGroup | undefined {
    return this.groups.get(operator);
  }

  /** How many arguments the function takes, without its result; `undefined` when there is none. */
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
