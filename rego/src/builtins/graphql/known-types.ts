import type { Definition, DefinitionKind, DirectiveDefinition } from './ast.js';

/* The built-in definitions of every schema: the scalars and directives of the specification, and the introspection types. */

const BUILT_IN_KINDS: readonly (readonly [string, DefinitionKind])[] = [
  ['Int', 'SCALAR'],
  ['Float', 'SCALAR'],
  ['String', 'SCALAR'],
  ['Boolean', 'SCALAR'],
  ['ID', 'SCALAR'],
  ['__Schema', 'OBJECT'],
  ['__Type', 'OBJECT'],
  ['__Field', 'OBJECT'],
  ['__InputValue', 'OBJECT'],
  ['__EnumValue', 'OBJECT'],
  ['__Directive', 'OBJECT'],
  ['__TypeKind', 'ENUM'],
  ['__DirectiveLocation', 'ENUM'],
];

export const BUILT_IN_TYPES: ReadonlyMap<string, Definition> = new Map(
  BUILT_IN_KINDS.map(([Name, Kind]) => [
    Name,
    {
      Position: undefined,
      Kind,
      Name,
      Description: '',
      Directives: [],
      Interfaces: [],
      Fields: [],
      Types: [],
      EnumValues: [],
      BuiltIn: false,
    },
  ]),
);

export const BUILT_IN_DIRECTIVES: readonly DirectiveDefinition[] = [
  directive('include', 'FIELD', 'FRAGMENT_SPREAD', 'INLINE_FRAGMENT'),
  directive('skip', 'FIELD', 'FRAGMENT_SPREAD', 'INLINE_FRAGMENT'),
  directive('deprecated', 'FIELD_DEFINITION', 'ARGUMENT_DEFINITION', 'INPUT_FIELD_DEFINITION', 'ENUM_VALUE'),
  directive('specifiedBy', 'SCALAR'),
];

function directive(Name: string, ...Locations: readonly string[]): DirectiveDefinition {
  return { Position: undefined, Description: '', Name, Arguments: [], Locations, IsRepeatable: false };
}
