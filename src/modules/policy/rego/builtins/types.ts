import { typeNameOf } from '../values/type-name';
import type { TypeName } from '../values/value';
import type { Builtin } from './builtin';
import { ANY, BOOLEAN, STRING, declare } from './declare';

/** Questions about the type of a value (OPA `topdown/type.go`). */
export const TYPES: readonly Builtin[] = [
  ...(['array', 'boolean', 'null', 'number', 'object', 'set', 'string'] as const).map(isOfType),
  declare('type_name', [ANY], STRING, ([value = null]) => typeNameOf(value)),
];

function isOfType(type: TypeName): Builtin {
  return declare(`is_${type}`, [ANY], BOOLEAN, ([value = null]) => typeNameOf(value) === type);
}
