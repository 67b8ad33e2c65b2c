import type { Budget } from '../evaluate/budget.js';
import { byteSizeOf } from '../values/byte-size.js';
import { formatNumber, toBigInt, toDouble } from '../values/number.js';
import { printValue } from '../values/print.js';
import type { RegoArray, Value } from '../values/value.js';
import type { GoArgument } from './format-directive.js';
import { chargeText, growth } from './costs.js';
import { isNumber } from './operands.js';

const INT64_BITS = 64;

/**
 * Returns the values as OPA passes them to Go's `fmt`: integers as `int` or `*big.Int`, fractions as `float64`, and strings unchanged.
 * Everything else becomes its Rego text as a string, so `%t` of true is `%!t(string=true)`.
 */
export function sprintfArguments(values: RegoArray, budget: Budget): readonly GoArgument[] {
  return values.map((value) => toArgument(value, budget));
}

function toArgument(value: Value, budget: Budget): GoArgument {
  if (typeof value === 'string') {
    return { type: 'string', value };
  }
  if (!isNumber(value)) {
    return { type: 'string', value: printValue(value, growth(budget)) };
  }
  chargeText(budget, byteSizeOf(value));
  // Go's `big.Int.SetString` rejects numbers with an exponent (see `formatNumber`).
  const integer = toBigInt(value);
  const text = formatNumber(value);
  if (integer !== undefined && !text.includes('e')) {
    const isInt = BigInt.asIntN(INT64_BITS, integer) === integer;
    return { type: isInt ? 'int' : '*big.Int', value: integer };
  }
  const double = toDouble(value);
  return Number.isFinite(double) ? { type: 'float64', value: double } : { type: 'string', value: text };
}
