import { typeNameOf } from '../values/type-name.js';
import type { TypeName } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { ANY, BOOLEAN, STRING, declare } from './declare.js';

/** Type checks for values (OPA `topdown/type.go`). */
export const TYPES: readonly Builtin[] = [
  ...(['array', 'boolean', 'null', 'number', 'object', 'set', 'string'] as const).map(isOfType),
  declare('type_name', [ANY], STRING, ([value = null]) => typeNameOf(value)),
];

function isOfType(type: TypeName): Builtin {
  return declare(`is_${type}`, [ANY], BOOLEAN, ([value = null]) => typeNameOf(value) === type);
}
