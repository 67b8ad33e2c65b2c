import type { Budget } from '../../evaluate/budget.js';
import { compareStrings } from '../../values/compare.js';
import type { ArgumentDefinition, Definition, DefinitionKind, Directive, TypeReference } from './ast.js';
import { checkImplements } from './check-implements.js';
import { GraphqlFault, type GraphqlPosition } from './graphql-fault.js';
import { BUILT_IN_DIRECTIVES, BUILT_IN_TYPES } from './known-types.js';
import type { MergedSchema } from './merge-schema.js';
import { baseNameOf, printType } from './type-reference.js';

const OUTPUT_KINDS: readonly DefinitionKind[] = ['SCALAR', 'OBJECT', 'INTERFACE', 'UNION', 'ENUM'];
const INPUT_KINDS: readonly DefinitionKind[] = ['SCALAR', 'ENUM', 'INPUT_OBJECT'];
const NON_ENUM_VALUES = new Set(['true', 'false', 'null']);

/**
 * Checks a schema against gqlparser's rules, in the same order and with the same messages. Throws `GraphqlFault` for the first violation.
 */
export function checkSchema(schema: MergedSchema, budget: Budget): void {
  for (const [name, definition] of byName(schema.types)) {
    if (BUILT_IN_TYPES.get(name) !== definition) {
      checkDefinition(schema, definition, budget);
    }
  }
  for (const [, directive] of byName(schema.directives)) {
    if (!BUILT_IN_DIRECTIVES.includes(directive)) {
      checkName(directive.Position, directive.Name);
      checkArguments(schema, directive.Arguments, directive.Name, budget);
    }
  }
}

function byName<T>(entries: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...entries].sort(([a], [b]) => compareStrings(a, b));
}

function checkDefinition(schema: MergedSchema, definition: Definition, budget: Budget): void {
  const location = definition.Kind === 'INPUT_OBJECT' ? 'INPUT_FIELD_DEFINITION' : 'FIELD_DEFINITION';
  for (const field of definition.Fields) {
    budget.step();
    checkName(field.Position, field.Name);
    checkType(schema, field.Type);
    checkArguments(schema, field.Arguments, undefined, budget);
    checkDirectives(schema, field.Directives, location, undefined);
  }
  checkUnionMembers(schema, definition);
  for (const name of definition.Interfaces) {
    checkImplements(schema, definition, name, budget);
  }
  checkKind(schema, definition);
  checkUniqueFields(definition);
  if (!BUILT_IN_TYPES.has(definition.Name)) {
    checkName(definition.Position, definition.Name);
  }
  checkDirectives(schema, definition.Directives, definition.Kind, undefined);
}

function checkUnionMembers(schema: MergedSchema, { Kind, Types, Position }: Definition): void {
  for (const name of Types) {
    const member = schema.types.get(name);
    if (member === undefined) {
      throw new GraphqlFault(`Undefined type "${name}".`, Position);
    }
    if (member.Kind !== 'OBJECT') {
      throw new GraphqlFault(`${Kind} type "${name}" must be OBJECT.`, Position);
    }
  }
}

function checkKind(schema: MergedSchema, definition: Definition): void {
  const { Kind, Name, Fields, Position } = definition;
  switch (Kind) {
    case 'OBJECT':
    case 'INTERFACE':
      if (Fields.length === 0) {
        throw new GraphqlFault(`${Kind} ${Name}: must define one or more fields.`, Position);
      }
      checkFieldKinds(schema, definition, OUTPUT_KINDS);
      return;
    case 'ENUM':
      checkEnumValues(definition);
      return;
    case 'INPUT_OBJECT':
      if (Fields.length === 0) {
        throw new GraphqlFault(`${Kind} ${Name}: must define one or more input fields.`, Position);
      }
      checkFieldKinds(schema, definition, INPUT_KINDS);
      return;
    case 'SCALAR':
    case 'UNION':
  }
}

function checkFieldKinds(schema: MergedSchema, definition: Definition, kinds: readonly DefinitionKind[]): void {
  for (const field of definition.Fields) {
    const type = schema.types.get(baseNameOf(field.Type));
    if (type !== undefined && !kinds.includes(type.Kind)) {
      const [kind, name] =
        definition.Kind === 'INPUT_OBJECT' ? [type.Kind, field.Name] : [definition.Kind, definition.Name];
      throw new GraphqlFault(`${kind} ${name}: field must be one of ${kinds.join(', ')}.`, field.Position);
    }
  }
}

function checkEnumValues({ Kind, Name, EnumValues, Position }: Definition): void {
  if (EnumValues.length === 0) {
    throw new GraphqlFault(`${Kind} ${Name}: must define one or more unique enum values.`, Position);
  }
  const wrong = EnumValues.find((value) => NON_ENUM_VALUES.has(value.Name));
  if (wrong !== undefined) {
    throw new GraphqlFault(`${Kind} ${Name}: non-enum value ${wrong.Name}.`, Position);
  }
}

function checkUniqueFields({ Name, Fields }: Definition): void {
  const names = new Set<string>();
  for (const field of Fields) {
    if (names.has(field.Name)) {
      throw new GraphqlFault(`Field ${Name}.${field.Name} can only be defined once.`, field.Position);
    }
    names.add(field.Name);
  }
}

function checkType(schema: MergedSchema, type: TypeReference): void {
  if (!schema.types.has(baseNameOf(type))) {
    throw new GraphqlFault(`Undefined type ${baseNameOf(type)}.`, type.Position);
  }
}

function checkArguments(
  schema: MergedSchema,
  args: readonly ArgumentDefinition[],
  directive: string | undefined,
  budget: Budget,
): void {
  for (const { Position, Name, Type, Directives } of args) {
    budget.step();
    checkName(Position, Name);
    checkType(schema, Type);
    const kind = schema.types.get(baseNameOf(Type))?.Kind;
    if (kind === undefined || !INPUT_KINDS.includes(kind)) {
      throw new GraphqlFault(
        `cannot use ${printType(Type)} as argument ${Name} because ${kind ?? ''} is not a valid input type`,
        Position,
      );
    }
    checkDirectives(schema, Directives, 'ARGUMENT_DEFINITION', directive);
  }
}

function checkDirectives(
  schema: MergedSchema,
  directives: readonly Directive[],
  location: string,
  current: string | undefined,
): void {
  for (const { Name, Position } of directives) {
    checkName(Position, Name);
    if (Name === current) {
      throw new GraphqlFault(`Directive ${Name} cannot refer to itself.`, Position);
    }
    const definition = schema.directives.get(Name);
    if (definition === undefined) {
      throw new GraphqlFault(`Undefined directive ${Name}.`, Position);
    }
    if (!definition.Locations.includes(location)) {
      throw new GraphqlFault(`Directive ${Name} is not applicable on ${location}.`, Position);
    }
  }
}

function checkName(position: GraphqlPosition | undefined, name: string): void {
  if (name.startsWith('__')) {
    throw new GraphqlFault(
      `Name "${name}" must not begin with "__", which is reserved by GraphQL introspection.`,
      position,
    );
  }
}
