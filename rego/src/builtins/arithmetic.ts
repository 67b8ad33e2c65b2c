import type { Budget } from '../evaluate/budget.js';
import { abs, add, ceil, divide, floor, modulo, multiply, round, subtract } from '../values/arithmetic.js';
import type { RegoNumber, Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { chargeNumbers, chargeSet } from './costs.js';
import { ANY, NUMBER, declare } from './declare.js';
import { isNumber, isSet, operandTypeError } from './operands.js';

/** A quotient is rarely exact and is computed digit by digit. */
const STEPS_PER_QUOTIENT = 8;

/** Arithmetic (OPA `topdown/arithmetic.go`); `minus` is also the difference of sets. */
export const ARITHMETIC: readonly Builtin[] = [
  binary('plus', add),
  binary('mul', multiply),
  { ...binary('div', divide), steps: STEPS_PER_QUOTIENT },
  { ...binary('rem', modulo), steps: STEPS_PER_QUOTIENT },
  declare('minus', [['number', 'set'], ANY], ['number', 'set'], ([a, b], { budget }) => minus(a, b, budget)),
  unary('abs', abs),
  unary('round', round),
  unary('ceil', ceil),
  unary('floor', floor),
];

function binary(name: string, compute: (a: RegoNumber, b: RegoNumber) => RegoNumber): Builtin {
  return declare(name, [NUMBER, NUMBER], NUMBER, ([a, b], { budget }) => {
    chargeNumbers(budget, a as RegoNumber, b as RegoNumber);
    return compute(a as RegoNumber, b as RegoNumber);
  });
}

function unary(name: string, compute: (value: RegoNumber) => RegoNumber): Builtin {
  return declare(name, [NUMBER], NUMBER, ([value], { budget }) => {
    chargeNumbers(budget, value as RegoNumber);
    return compute(value as RegoNumber);
  });
}

function minus(a: Value | undefined, b: Value | undefined, budget: Budget): Value {
  if (isNumber(a)) {
    if (!isNumber(b)) {
      throw operandTypeError(2, b as Value, 'number');
    }
    chargeNumbers(budget, a, b);
    return subtract(a, b);
  }
  if (!isSet(a) || !isSet(b)) {
    // OPA's message asks for a set only if the second operand is a number.
    throw operandTypeError(2, b as Value, isNumber(b) ? 'set' : 'number');
  }
  chargeSet(budget, a.size);
  return a.difference(b);
}
