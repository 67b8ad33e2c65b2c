import { type Expression, ExpressionFault, type Operator } from './expression';
import { functionNamed, isList, isObject, type Value } from './expression-functions';

/** What paths lead into: `input`, `steps` and `run`. */
export type Scope = Readonly<Record<string, Value>>;

/** The value of an expression. Errors: {@link ExpressionFault}. */
export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'path':
      return at(expression.path, scope);
    case 'not':
      return !isTrue(evaluate(expression.of, scope));
    case 'call': {
      const args = expression.args.map((arg) => evaluate(arg, scope));
      return functionNamed(expression.name, args.length - 1)(args[0], ...args.slice(1));
    }
    case 'binary':
      return binary(expression.operator, expression.left, expression.right, scope);
  }
}

/** Whether a value counts as true: all but nothing, `false`, 0, and what is empty. */
export function isTrue(value: Value): boolean {
  if (isList(value)) return value.length > 0;
  if (isObject(value)) return Object.keys(value).length > 0;
  return Boolean(value);
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

function binary(operator: Operator, left: Expression, right: Expression, scope: Scope): Value {
  const a = evaluate(left, scope);
  if (operator === '&&') return isTrue(a) && isTrue(evaluate(right, scope));
  if (operator === '||') return isTrue(a) || isTrue(evaluate(right, scope));
  const b = evaluate(right, scope);
  if (operator === '==') return isSame(a, b);
  if (operator === '!=') return !isSame(a, b);
  if (typeof a === 'number' && typeof b === 'number') return compared(operator, a, b);
  if (typeof a === 'string' && typeof b === 'string') return compared(operator, a, b);
  throw new ExpressionFault(`"${operator}" compares two numbers or two texts.`);
}

function compared<T extends string | number>(operator: '<' | '>' | '<=' | '>=', a: T, b: T): boolean {
  if (operator === '<') return a < b;
  if (operator === '>') return a > b;
  return operator === '<=' ? a <= b : a >= b;
}

function isSame(a: Value, b: Value): boolean {
  if (typeof a === 'object' && a !== null) return JSON.stringify(a) === JSON.stringify(b);
  return (a ?? null) === (b ?? null);
}
