import { argumentsOf, operatorOf } from '../domain/operators';
import { isLoop, loopOf } from './loops';
import { PLAIN_OPERATORS } from './plain-operators';
import { failing, isTruthy, type Run, type Step } from './step';
import { lookUp, pathOf } from './variable';
import { OPERATOR_STEPS, sumOf, weightOf } from './work-limit';

/** An operator of the engine by its name; `null` for none. It takes a list of values, or one by itself, and a scope. */
export type EngineOperators = (name: string) => ((values: unknown, scope: object) => unknown) | null;

/** The operators whose one argument the engine takes by itself, out of its list. */
const UNARY: ReadonlySet<string> = new Set(['+', '-', 'cat']);

/**
 * Prepares an expression of targeting (JSON Logic with flagd's operators) for evaluations, each of which takes no more than
 * its steps: an operator is charged for what it goes through before it does. Those that compute are the engine's; those
 * that decide what is computed at all are written here, as only so they can be stopped in between.
 * @param expression with its shared evaluators put in, of a few hundred levels at most.
 */
export function prepareTargeting(expression: unknown, operators: EngineOperators): Step {
  return new Preparation(operators).step(expression);
}

/** A part that is the same each time. */
class Literal {
  constructor(readonly value: unknown) {}
}
type Part = Literal | Step;

class Preparation {
  constructor(private readonly operators: EngineOperators) {}

  step(expression: unknown): Step {
    const part = this.part(expression);
    return part instanceof Literal ? () => part.value : part;
  }

  private part(expression: unknown): Part {
    if (typeof expression !== 'object' || expression === null) return new Literal(expression);
    if (Array.isArray(expression)) return this.list(expression);
    const name = operatorOf(expression);
    return name === null ? failing : this.operator(name, (expression as Readonly<Record<string, unknown>>)[name]);
  }

  private list(elements: readonly unknown[]): Part {
    const parts = elements.map((element) => this.part(element));
    const computed = parts.flatMap((part, index) => (part instanceof Literal ? [] : [{ index, part }]));
    const literals = parts.map((part) => (part instanceof Literal ? part.value : null));
    if (computed.length === 0) return new Literal(literals);
    return (data, run) => {
      run.work.charge(literals.length);
      const list = [...literals];
      for (const { index, part } of computed) list[index] = part(data, run);
      return list;
    };
  }

  private operator(name: string, operand: unknown): Step {
    if (name === 'var') return this.variable(operand);
    const steps = (): readonly Step[] | null =>
      Array.isArray(operand) ? operand.map((argument) => this.step(argument)) : null;
    if (name === 'if' || name === '?:') return branch(steps());
    if (name === 'and' || name === 'or') return chain(name, steps());
    if (isLoop(name)) {
      const [list, body = this.step(null), initial = this.step(null)] = steps() ?? [];
      return list === undefined ? failing : loopOf(name, list, body, initial);
    }
    return this.plain(name, operand);
  }

  private variable(operand: unknown): Step {
    const [key, otherwise] = argumentsOf(operand);
    const fallback = otherwise === undefined ? () => null : this.step(otherwise);
    const given = this.part(key);
    if (given instanceof Literal) {
      const path = pathOfKey(given.value);
      return (data, run) => orElse(lookUp(data, path, run.work), fallback, data, run);
    }
    return (data, run) => {
      const computed = given(data, run);
      run.work.charge(4 * weightOf(computed));
      return orElse(lookUp(data, pathOfKey(computed), run.work), fallback, data, run);
    };
  }

  /** An operator over the values of its arguments. */
  private plain(name: string, operand: unknown): Step {
    const ours = PLAIN_OPERATORS.get(name);
    if (ours) {
      // A single argument that gives a list: the list of names for `missing`, else one value.
      const isSpread = name === 'missing' && !Array.isArray(operand);
      const values = this.values(isSpread ? operand : argumentsOf(operand));
      return (data, run) => ours(argumentsOf(values(data, run)), data, run);
    }
    const engines = this.operators(name);
    if (engines === null) return failing;
    if (UNARY.has(name)) {
      const [only, ...others] = argumentsOf(operand);
      const values = this.values(others.length > 0 || Array.isArray(only) ? operand : only);
      return (data, run) => engines(values(data, run), run.scope);
    }
    const values = this.values(operand);
    return (data, run) => engines(argumentsOf(values(data, run)), run.scope);
  }

  /** The values of arguments, charged for. */
  private values(operand: unknown): Step {
    const part = this.part(operand);
    if (part instanceof Literal) {
      const { value } = part;
      const steps = OPERATOR_STEPS + weightOf(value);
      return (_data, run) => {
        run.work.charge(steps);
        return value;
      };
    }
    return (data, run) => {
      const value = part(data, run);
      run.work.charge(OPERATOR_STEPS + (Array.isArray(value) ? sumOf(value) : weightOf(value)));
      return value;
    };
  }
}

/** The value of the first branch whose condition holds: condition, value, condition, value, …, else. */
function branch(steps: readonly Step[] | null): Step {
  if (steps === null) return failing;
  return (data, run) => {
    for (let at = 0; at < steps.length; at += 2) {
      run.work.charge(OPERATOR_STEPS);
      const [first, second] = [steps[at], steps[at + 1]];
      if (second === undefined) return first?.(data, run);
      if (isTruthy(first?.(data, run), run)) return second(data, run);
    }
    return null;
  };
}

/** The value of the first argument that decides it, or of the last. */
function chain(name: 'and' | 'or', steps: readonly Step[] | null): Step {
  if (steps === null) return failing;
  return (data, run) => {
    let value: unknown = null;
    for (const step of steps) {
      run.work.charge(OPERATOR_STEPS);
      value = step(data, run);
      if (isTruthy(value, run) === (name === 'or')) return value;
    }
    return value;
  };
}

function orElse(value: unknown, fallback: Step, data: unknown, run: Run): unknown {
  return value === undefined ? fallback(data, run) : value;
}

/** The path that a value names; nothing and the empty text name the whole. */
function pathOfKey(key: unknown): readonly string[] {
  if (typeof key === 'object' && key !== null) throw new TypeError('A path is a text.');
  return key === null || key === undefined ? [] : pathOf(typeof key === 'string' ? key : JSON.stringify(key));
}
