import { type Expression, ExpressionFault } from './expression';
import { functionNamed, isList, isObject, type Value } from './expression-functions';
import { isSame } from './same-value';
import { type StepBudget, STEPS } from './step-budget';

/** The roots of paths: `input`, `steps` and `run`. */
export type Scope = Readonly<Record<string, Value>>;

/**
 * Returns the value of an expression. Errors: {@link ExpressionFault}, including when the evaluation takes more steps than are left in the
 * budget.
 */
export function evaluate(expression: Expression, scope: Scope, budget: StepBudget): Value {
  budget.charge(STEPS.part);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'path':
      budget.charge(expression.path.length);
      return at(expression.path, scope);
    case 'not':
      return !isTrue(evaluate(expression.of, scope, budget));
    case 'call': {
      const args = expression.args.map((arg) => evaluate(arg, scope, budget));
      return functionNamed(expression.name, args.length - 1)(budget, args[0], ...args.slice(1));
    }
    case 'binary':
      return binary(expression, scope, budget);
  }
}

/** Returns true for all values except missing values, `null`, `false`, 0 and empty values. */
export function isTrue(value: Value): boolean {
  if (isList(value)) return value.length > 0;
  if (isObject(value)) return hasMember(value);
  return Boolean(value);
}

function hasMember(value: object): boolean {
  for (const name in value) if (Object.hasOwn(value, name)) return true;
  return false;
}

function at(path: readonly (string | number)[], scope: Scope): Value {
  let value: Value = scope;
  for (const name of path) {
    if (isList(value)) value = typeof name === 'number' ? value[name] : undefined;
    else if (isObject(value)) value = Object.hasOwn(value, name) ? value[String(name)] : undefined;
    else return undefined;
  }
  return value;
}

function binary(
  { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
  scope: Scope,
  budget: StepBudget,
): Value {
  const a = evaluate(left, scope, budget);
  if (operator === '&&') return isTrue(a) && isTrue(evaluate(right, scope, budget));
  if (operator === '||') return isTrue(a) || isTrue(evaluate(right, scope, budget));
  const b = evaluate(right, scope, budget);
  if (operator === '==') return isSame(a, b, budget);
  if (operator === '!=') return !isSame(a, b, budget);
  if (typeof a === 'number' && typeof b === 'number') return compared(operator, a, b);
  if (typeof a === 'string' && typeof b === 'string') {
    budget.chargeText(a.length < b.length ? a : b);
    return compared(operator, a, b);
  }
  throw new ExpressionFault(`"${operator}" compares two numbers or two strings.`);
}

function compared<T extends string | number>(operator: '<' | '>' | '<=' | '>=', a: T, b: T): boolean {
  if (operator === '<') return a < b;
  if (operator === '>') return a > b;
  return operator === '<=' ? a <= b : a >= b;
}
