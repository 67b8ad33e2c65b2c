import { typeNameOf } from '../values/type-name.js';
import type { Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { operandTypeError } from './operands.js';

/** Throws OPA's `operand 1 must be string but got number` for the first argument whose type is not one of the declared types. */
export function checkOperands(builtin: Builtin, args: readonly Value[]): void {
  const { args: types, wording } = builtin;
  for (let i = 0; i < types.length; i++) {
    const type = types[i];
    const arg = args[i];
    if (type !== 'any' && type !== undefined && arg !== undefined && !type.includes(typeNameOf(arg))) {
      const named = wording?.[i];
      throw operandTypeError(i + 1, arg, ...(named === undefined ? type : [named]));
    }
  }
}
