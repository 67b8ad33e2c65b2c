import type { CompiledRule } from '../compile/program.js';
import { RegoError } from '../errors.js';
import type { Term } from '../syntax/ast.js';
import { equalValues } from '../values/compare.js';
import type { Value } from '../values/value.js';
import type { Frame, Step } from './code.js';
import type { World } from './context.js';
import { compileRule, tracedRule, type Finish, type RuleCode } from './rule-code.js';

/** A rule with a value, for a complete document or a function, with its `else` branches. It is compiled when it first runs. */
export class ValueRule {
  private readonly branches: Branch[] = [];

  constructor(
    world: World,
    path: string,
    readonly rule: CompiledRule,
    private readonly conflictMessage: string,
  ) {
    for (let branch: CompiledRule | undefined = rule; branch !== undefined; branch = branch.else) {
      this.branches.push(new Branch(world, path, branch, conflictMessage));
    }
  }

  /** Returns the value for these arguments, from the first branch that has one. */
  run(args: readonly Value[]): Value | undefined {
    for (const branch of this.branches) {
      const value = branch.run(args);
      if (value !== undefined) {
        return value;
      }
    }
    return undefined;
  }

  prepare(): void {
    this.branches.forEach((branch) => branch.prepare());
  }

  conflict(): RegoError {
    return new RegoError('eval_conflict_error', this.conflictMessage, this.rule.loc);
  }
}

class Branch {
  private code: RuleCode | undefined;

  constructor(
    private readonly world: World,
    private readonly path: string,
    private readonly rule: CompiledRule,
    private readonly conflictMessage: string,
  ) {}

  run(args: readonly Value[]): Value | undefined {
    return this.world.traced
      ? tracedRule(
          this.world,
          this.path,
          this.rule,
          () => this.evaluate(args),
          (found) => found !== undefined,
        )
      : this.evaluate(args);
  }

  prepare(): RuleCode {
    return (this.code ??= this.compile());
  }

  private evaluate(args: readonly Value[]): Value | undefined {
    const code = this.code ?? this.prepare();
    const frame = code.fresh();
    for (let position = 0; position < args.length; position++) {
      frame[position] = args[position];
    }
    code.run(frame);
    return frame[args.length];
  }

  private compile(): RuleCode {
    const { rule } = this;
    const value: Term = rule.value ?? { kind: 'boolean', loc: rule.loc, value: true };
    return compileRule(this.world, rule, rule.args, [value], (finish) => this.finish(finish));
  }

  private finish({ outputs, resultSlot, single }: Finish): Step {
    const [get] = outputs;
    if (get === undefined) {
      return () => true;
    }
    if (single) {
      return (frame: Frame) => (frame[resultSlot] = get(frame)) !== undefined;
    }
    return (frame: Frame) => {
      const value = get(frame);
      const before = frame[resultSlot];
      if (before === undefined) {
        frame[resultSlot] = value;
      } else if (value !== undefined && !equalValues(before, value)) {
        throw new RegoError('eval_conflict_error', this.conflictMessage, this.rule.loc);
      }
      return false;
    };
  }
}
