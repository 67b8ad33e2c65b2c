import { argumentsOf, operatorOf } from '../domain/operators';
import { LIST_OPERATORS } from './list-operators';
import { isLoop, loopOf } from './loops';
import { PLAIN_OPERATORS } from './plain-operators';
import { failing, isTruthy, type Run, type Step } from './step';
import { lookUp, pathOf } from './variable';
import { OPERATOR_STEPS, sumOf, weightOf } from './work-limit';

/** Operators whose only argument can return a list of all arguments. */
const UNARY: ReadonlySet<string> = new Set(['+', '-', 'cat']);

/**
 * Prepares a targeting expression (JSON Logic with flagd's operators) for evaluations with a work limit: before an operator runs, it is
 * charged for the values that it will process. Equivalent to `@openfeature/flagd-core` (a test compares both), which cannot be stopped.
 * @param expression the expression with its shared evaluators expanded, at most a few hundred levels deep.
 * Errors: a `TypeError` for an unknown operator.
 */
export function prepareTargeting(expression: unknown): Step {
  return stepOf(expression);
}

/** A constant part. */
class Literal {
  constructor(readonly value: unknown) {}
}
type Part = Literal | Step;

function stepOf(expression: unknown): Step {
  const part = partOf(expression);
  return part instanceof Literal ? () => part.value : part;
}

function partOf(expression: unknown): Part {
  if (typeof expression !== 'object' || expression === null) return new Literal(expression);
  if (Array.isArray(expression)) return listOf(expression);
  const name = operatorOf(expression);
  return name === null ? failing : operationOf(name, (expression as Readonly<Record<string, unknown>>)[name]);
}

function listOf(elements: readonly unknown[]): Part {
  const parts = elements.map((element) => partOf(element));
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

function operationOf(name: string, operand: unknown): Step {
  if (name === 'var') return variableOf(operand);
  const steps = (): readonly Step[] | null =>
    Array.isArray(operand) ? operand.map((argument) => stepOf(argument)) : null;
  if (name === 'if' || name === '?:') return branch(steps());
  if (name === 'and' || name === 'or') return chain(name, steps());
  if (isLoop(name)) {
    const [list, body = stepOf(null), initial = stepOf(null)] = steps() ?? [];
    return list === undefined ? failing : loopOf(name, list, body, initial);
  }
  return plainOf(name, operand);
}

function variableOf(operand: unknown): Step {
  const [key, otherwise] = argumentsOf(operand);
  const fallback = otherwise === undefined ? () => null : stepOf(otherwise);
  const given = partOf(key);
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

/** An operator on the values of its arguments. */
function plainOf(name: string, operand: unknown): Step {
  const plain = PLAIN_OPERATORS.get(name);
  if (plain) {
    // If a single argument returns a list, `missing` uses it as its list of names; other operators treat it as one value.
    const isSpread = name === 'missing' && !Array.isArray(operand);
    const values = valuesOf(isSpread ? operand : argumentsOf(operand));
    return (data, run) => plain(argumentsOf(values(data, run)), data, run);
  }
  const ofList = LIST_OPERATORS.get(name);
  if (!ofList) throw new TypeError(`Unknown operator "${name}".`);
  const values = valuesOf(UNARY.has(name) ? onlyOf(operand) : operand);
  return (data, run) => ofList(argumentsOf(values(data, run)), run);
}

/** Returns a single argument without the list around it. */
function onlyOf(operand: unknown): unknown {
  const [only, ...others] = argumentsOf(operand);
  return others.length > 0 || Array.isArray(only) ? operand : only;
}

/** Returns a step that evaluates arguments and charges for their values. */
function valuesOf(operand: unknown): Step {
  const part = partOf(operand);
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

/** The value of the first branch whose condition is true: condition, value, condition, value, …, else. */
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

/** The value of the first argument that decides the result, or of the last argument. */
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

/** Returns the path that a value contains; a missing value or an empty string selects all the data. */
function pathOfKey(key: unknown): readonly string[] {
  if (typeof key === 'object' && key !== null) throw new TypeError('A path must be a string.');
  return key === null || key === undefined ? [] : pathOf(typeof key === 'string' ? key : JSON.stringify(key));
}
