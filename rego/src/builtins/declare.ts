import type { TypeName } from '../values/value.js';
import type { ArgumentType, Builtin } from './builtin.js';

/* Short forms for tables of built-in functions. */

export const ANY = 'any';
export const ARRAY: readonly TypeName[] = ['array'];
export const BOOLEAN: readonly TypeName[] = ['boolean'];
export const NUMBER: readonly TypeName[] = ['number'];
export const OBJECT: readonly TypeName[] = ['object'];
export const SET: readonly TypeName[] = ['set'];
export const STRING: readonly TypeName[] = ['string'];
export const SET_OR_ARRAY: readonly TypeName[] = ['set', 'array'];
/** The order of the alternatives in OPA's messages differs between functions, as in its source. */
export const ARRAY_OR_SET: readonly TypeName[] = ['array', 'set'];

export function declare(
  name: string,
  args: readonly ArgumentType[],
  result: ArgumentType,
  call: Builtin['call'],
): Builtin {
  return { name, args, result, call };
}

/** Declares a function of numbers. OPA's message for an argument that is not a number says `integer` (`builtins.BigIntOperand`). */
export function ofIntegers(name: string, arity: number, result: ArgumentType, call: Builtin['call']): Builtin {
  const args = new Array<ArgumentType>(arity).fill(NUMBER);
  return { ...declare(name, args, result, call), wording: args.map(() => 'integer') };
}
