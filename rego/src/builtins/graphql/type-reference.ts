import type { TypeReference } from './ast.js';

/** Returns the name of the innermost type: `User` for `[User!]`. */
export function baseNameOf(type: TypeReference): string {
  let current = type;
  while (current.Elem !== null && current.NamedType === '') {
    current = current.Elem;
  }
  return current.NamedType;
}

export function printType({ NamedType, Elem, NonNull }: TypeReference): string {
  const inner = Elem !== null && NamedType === '' ? `[${printType(Elem)}]` : NamedType;
  return inner + (NonNull ? '!' : '');
}

/** Returns whether an argument of type `required` is valid where `given` is declared (gqlparser `Type.IsCompatible`). */
export function isCompatible(required: TypeReference, given: TypeReference): boolean {
  if (required.NamedType !== given.NamedType || (given.NonNull && !required.NonNull)) {
    return false;
  }
  if (required.Elem === null || given.Elem === null) {
    return required.Elem === given.Elem;
  }
  return isCompatible(required.Elem, given.Elem);
}
