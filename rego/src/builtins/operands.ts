import { BuiltinError } from '../errors.js';
import { toBigInt, toSafeInteger } from '../values/number.js';
import type { RegoObject } from '../values/object.js';
import type { RegoSet } from '../values/set.js';
import { isArray, typeNameOf } from '../values/type-name.js';
import type { RegoArray, RegoNumber, Value } from '../values/value.js';

/* The operand errors of OPA's `topdown/builtins`. Positions count from 1. */

export function operandError(position: number, message: string): BuiltinError {
  return new BuiltinError('eval_type_error', `operand ${position} ${message}`);
}

export function operandTypeError(position: number, got: Value, ...expected: readonly string[]): BuiltinError {
  return operandError(position, `must be ${oneOf(expected)} but got ${typeNameOf(got)}`);
}

/** Returns an error such as `must be array of strings but got array containing number`. */
export function operandElementError(
  position: number,
  composite: Value,
  got: Value,
  ...expected: readonly string[]
): BuiltinError {
  const type = typeNameOf(composite);
  const [first = ''] = expected;
  const elements = expected.length === 1 ? `${first}s` : `(any of) {${expected.join(', ')}}`;
  return operandError(position, `must be ${type} of ${elements} but got ${type} containing ${typeNameOf(got)}`);
}

export function operandEnumError(position: number, ...expected: readonly string[]): BuiltinError {
  return operandError(position, `must be ${oneOf(expected)}`);
}

function oneOf(expected: readonly string[]): string {
  return expected.length === 1 ? expected.join('') : `one of {${expected.join(', ')}}`;
}

/** Returns an error that the function itself reports. */
export function failure(message: string): BuiltinError {
  return new BuiltinError('eval_builtin_error', message);
}

const INT64_BITS = 64;

/**
 * Returns a number operand as a 64-bit integer (OPA `IntOperand`); beyond 53 bits, returns the nearest double, which exceeds all sizes and
 * indexes.
 */
export function integerOperand(value: Value | undefined, position: number): number {
  const integer = toSafeInteger(value as RegoNumber) ?? wideInteger(value as RegoNumber);
  if (integer === undefined) {
    throw operandError(position, 'must be integer number but got floating-point number');
  }
  return integer;
}

function wideInteger(value: RegoNumber): number | undefined {
  const integer = toBigInt(value);
  return integer !== undefined && BigInt.asIntN(INT64_BITS, integer) === integer ? Number(integer) : undefined;
}

/** Returns a number operand as an integer of any size. */
export function bigIntegerOperand(value: Value | undefined, position: number): bigint {
  const integer = toBigInt(value as RegoNumber);
  if (integer === undefined) {
    throw operandError(position, 'must be integer number but got floating-point number');
  }
  return integer;
}

/** Returns the elements of an operand declared as an array or a set. The elements of a set are in order. */
export function itemsOf(value: Value | undefined): readonly Value[] {
  const collection = value as RegoArray | RegoSet;
  return isArray(collection) ? collection : collection.sorted();
}

/** Returns the elements of an array or set, all of which must be strings. */
export function stringItems(value: Value | undefined, position: number): readonly string[] {
  const items = itemsOf(value);
  for (const item of items) {
    if (typeof item !== 'string') {
      throw operandElementError(position, value as Value, item, 'string');
    }
  }
  return items as readonly string[];
}

export function isObject(value: Value | undefined): value is RegoObject {
  return typeof value === 'object' && value !== null && !isArray(value) && value.kind === 'object';
}

export function isSet(value: Value | undefined): value is RegoSet {
  return typeof value === 'object' && value !== null && !isArray(value) && value.kind === 'set';
}

export function isNumber(value: Value | undefined): value is RegoNumber {
  return (
    typeof value === 'number' ||
    (typeof value === 'object' && value !== null && !isArray(value) && value.kind === 'number')
  );
}

/** Returns an argument that is declared as a string and was checked before the call. */
export function textOf(argument: Value | undefined): string {
  return argument as string;
}
