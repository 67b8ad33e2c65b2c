import type { Budget } from '../../evaluate/budget.js';
import type { RegoObject } from '../../values/object.js';
import {
  ValueKind,
  type Argument,
  type ArgumentDefinition,
  type Definition,
  type DefinitionKind,
  type Directive,
  type DirectiveDefinition,
  type FieldDefinition,
  type FragmentDefinition,
  type GraphqlValue,
  type OperationDefinition,
  type OperationType,
  type QueryDocument,
  type SchemaDefinition,
  type SchemaDocument,
  type Selection,
  type TypeReference,
  type VariableDefinition,
} from './ast.js';
import { GraphqlFault } from './graphql-fault.js';
import { ObjectReader } from './object-reader.js';

/* Builds trees from the objects that `graphql.parse_query` and `graphql.parse_schema` return, or that a policy creates. */

const Position = undefined;
const NO_TYPE: TypeReference = { Position, NamedType: '', Elem: null, NonNull: false };
const NO_VALUE: GraphqlValue = {
  Position,
  Raw: '',
  Children: [],
  Kind: ValueKind.Variable,
  ExpectedTypeHasDefault: false,
};
const DEFINITION_KINDS: readonly DefinitionKind[] = ['SCALAR', 'OBJECT', 'INTERFACE', 'UNION', 'ENUM', 'INPUT_OBJECT'];
const OPERATION_TYPES: readonly OperationType[] = ['query', 'mutation', 'subscription'];

export function queryFromValue(object: RegoObject, budget: Budget): QueryDocument {
  const reader = new ObjectReader(object, budget, 0);
  return { Operations: reader.list('Operations', readOperation), Fragments: reader.list('Fragments', readFragment) };
}

export function schemaFromValue(object: RegoObject, budget: Budget): SchemaDocument {
  const reader = new ObjectReader(object, budget, 0);
  return {
    Schema: reader.list('Schema', readSchemaDefinition),
    SchemaExtension: reader.list('SchemaExtension', readSchemaDefinition),
    Directives: reader.list('Directives', readDirectiveDefinition),
    Definitions: reader.list('Definitions', readDefinition),
    Extensions: reader.list('Extensions', readDefinition),
  };
}

function oneOf<T extends string>(values: readonly T[], text: string): T {
  const found = values.find((value) => value === text);
  if (found === undefined) {
    throw new GraphqlFault(`unknown kind "${text}"`, undefined);
  }
  return found;
}

function readOperation(reader: ObjectReader): OperationDefinition {
  return {
    Position,
    Operation: oneOf(OPERATION_TYPES, reader.text('Operation')),
    Name: reader.text('Name'),
    VariableDefinitions: reader.list('VariableDefinitions', readVariableDefinition),
    Directives: readDirectives(reader),
    SelectionSet: readSelections(reader),
  };
}

function readFragment(reader: ObjectReader): FragmentDefinition {
  return {
    Position,
    Name: reader.text('Name'),
    VariableDefinition: reader.list('VariableDefinition', readVariableDefinition),
    TypeCondition: reader.text('TypeCondition'),
    Directives: readDirectives(reader),
    SelectionSet: readSelections(reader),
  };
}

function readVariableDefinition(reader: ObjectReader): VariableDefinition {
  return {
    Position,
    Variable: reader.text('Variable'),
    Type: readType(reader),
    DefaultValue: reader.optional('DefaultValue', readValue),
    Directives: readDirectives(reader),
    Used: false,
  };
}

function readSelections(reader: ObjectReader): Selection[] {
  return reader.list('SelectionSet', readSelection);
}

/** A field has an alias, a spread has a name but no alias, and an inline fragment has neither. */
function readSelection(reader: ObjectReader): Selection {
  const Directives = readDirectives(reader);
  if (reader.has('Alias')) {
    const [Alias, Name] = [reader.text('Alias'), reader.text('Name')];
    return {
      Position,
      Alias,
      Name,
      Arguments: readArguments(reader),
      Directives,
      SelectionSet: readSelections(reader),
    };
  }
  return reader.has('Name')
    ? { Position, Name: reader.text('Name'), Directives }
    : { Position, TypeCondition: reader.text('TypeCondition'), Directives, SelectionSet: readSelections(reader) };
}

function readArguments(reader: ObjectReader): Argument[] {
  return reader.list('Arguments', readNamedValue);
}

function readNamedValue(reader: ObjectReader): Argument {
  return { Position, Name: reader.text('Name'), Value: reader.optional('Value', readValue) ?? NO_VALUE };
}

function readValue(reader: ObjectReader): GraphqlValue {
  const Kind = reader.number('Kind');
  if (!(Kind in ValueKind)) {
    throw new GraphqlFault(`unknown kind of value ${Kind}`, undefined);
  }
  const Children = reader.list('Children', readNamedValue);
  return { Position, Raw: reader.text('Raw'), Children, Kind, ExpectedTypeHasDefault: false };
}

function readDirectives(reader: ObjectReader): Directive[] {
  return reader.list('Directives', (directive) => ({
    Position,
    Name: directive.text('Name'),
    Arguments: readArguments(directive),
    Location: '',
  }));
}

function readType(reader: ObjectReader): TypeReference {
  return reader.optional('Type', readTypeReference) ?? NO_TYPE;
}

function readTypeReference(reader: ObjectReader): TypeReference {
  return {
    Position,
    NamedType: reader.text('NamedType'),
    Elem: reader.optional('Elem', readTypeReference),
    NonNull: reader.flag('NonNull'),
  };
}

function readSchemaDefinition(reader: ObjectReader): SchemaDefinition {
  return {
    Position,
    Description: reader.text('Description'),
    Directives: readDirectives(reader),
    OperationTypes: reader.list('OperationTypes', (operation) => ({
      Position,
      Operation: oneOf(OPERATION_TYPES, operation.text('Operation')),
      Type: operation.text('Type'),
    })),
  };
}

function readDefinition(reader: ObjectReader): Definition {
  return {
    Position,
    Kind: oneOf(DEFINITION_KINDS, reader.text('Kind')),
    Description: reader.text('Description'),
    Name: reader.text('Name'),
    Directives: readDirectives(reader),
    Interfaces: reader.texts('Interfaces'),
    Fields: reader.list('Fields', readFieldDefinition),
    Types: reader.texts('Types'),
    EnumValues: reader.list('EnumValues', (value) => ({
      Position,
      Description: value.text('Description'),
      Name: value.text('Name'),
      Directives: readDirectives(value),
    })),
    BuiltIn: false,
  };
}

function readFieldDefinition(reader: ObjectReader): FieldDefinition {
  return { ...readArgumentDefinition(reader), Arguments: reader.list('Arguments', readArgumentDefinition) };
}

function readArgumentDefinition(reader: ObjectReader): ArgumentDefinition {
  return {
    Position,
    Description: reader.text('Description'),
    Name: reader.text('Name'),
    DefaultValue: reader.optional('DefaultValue', readValue),
    Type: readType(reader),
    Directives: readDirectives(reader),
  };
}

function readDirectiveDefinition(reader: ObjectReader): DirectiveDefinition {
  return {
    Position,
    Description: reader.text('Description'),
    Name: reader.text('Name'),
    Arguments: reader.list('Arguments', readArgumentDefinition),
    Locations: reader.texts('Locations'),
    IsRepeatable: reader.flag('IsRepeatable'),
  };
}
