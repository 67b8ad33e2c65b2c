import type { CompiledRule } from '../compile/program.js';
import type { Term } from '../syntax/ast.js';
import { BodyCompiler } from './body-compiler.js';
import { chain, isSingle, type ExprCode, type Frame, type Getter, type Step } from './code.js';
import type { World } from './context.js';
import { Names } from './names.js';
import { hasUnbound, isPattern, variable } from './term-facts.js';
import { nanosSince } from './nanos-since.js';

/** The cost of compiling a rule, in addition to the cost of its terms. */
const COMPILE_STEPS = 64;

/** A compiled body with the code that its rule's head needs from it. */
export interface RuleCode {
  /** Returns a new frame. The given values fill its first slots. */
  fresh(): Frame;
  readonly run: Step;
}

/** The action of a rule's code at each solution of the body. */
export interface Finish {
  readonly outputs: readonly Getter[];
  /** The slot for the result, after the slots of the given values. */
  readonly resultSlot: number;
  /** True if every solution gives the same outputs, or there is at most one solution. */
  readonly single: boolean;
}

/**
 * Compiles a rule's body for one way of calling it. `given`: patterns (a function's parameters, the key of a partial rule) whose values are
 * known at run time. `outputs`: terms of the head to compute. A pattern that computes something from the body's variables is compared after
 * the body.
 */
export function compileRule(
  world: World,
  rule: CompiledRule,
  given: readonly Term[],
  outputs: readonly Term[],
  finish: (finish: Finish) => Step,
): RuleCode {
  world.rt.budget.step(COMPILE_STEPS);
  const names = Names.empty();
  const context = new BodyCompiler(world, names, rule);
  const slots = given.map((pattern, position) => {
    const isName = pattern.kind === 'var' && isPattern(pattern) && !names.isBound(pattern.name);
    const name = isName ? pattern.name : `#given${position}`;
    names.bind(name);
    return isName ? undefined : variable(name, pattern);
  });
  const resultSlot = names.slot('#result');
  const codes: ExprCode[] = [];
  const unify = (wanted: (pattern: Term) => boolean): void => {
    given.forEach((pattern, position) => {
      const slot = slots[position];
      if (slot !== undefined && wanted(pattern)) {
        codes.push(...context.unify(pattern, slot));
        slots[position] = undefined;
      }
    });
  };
  unify(isPattern);
  unify((pattern) => !hasUnbound(pattern, names) && pattern.kind !== 'template');
  codes.push(...context.body(rule.body));
  unify(() => true);
  const getters = outputs.map((output) => context.getter(context.hoist(output, codes)));
  const single = isSingle(codes) || outputs.every((output) => context.constant(output) !== undefined);
  let end = finish({ outputs: getters, resultSlot, single });
  if (world.traced) {
    end = coveredHead(world, rule, end);
  }
  return { fresh: () => names.fresh(), run: chain(codes, end) };
}

function coveredHead(world: World, rule: CompiledRule, end: Step): Step {
  return (frame) => {
    world.rt.trace?.covered(rule.loc.file, rule.loc.row);
    return end(frame);
  };
}

/** Runs `work`, and reports to the evaluation's trace how long the rule took and whether it gave a value. */
export function tracedRule<T>(
  world: World,
  path: string,
  rule: CompiledRule,
  work: () => T,
  isDefined: (result: T) => boolean,
): T {
  const { trace } = world.rt;
  if (!world.traced || trace === undefined) {
    return work();
  }
  const startMs = performance.now();
  const result = work();
  trace.rule(path, rule.loc.file, rule.loc.row, nanosSince(startMs), isDefined(result));
  return result;
}
