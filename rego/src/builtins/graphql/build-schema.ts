import {
  buildASTSchema,
  GraphQLSchema,
  Kind,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type TypeDefinitionNode,
} from 'graphql';
import type { ArgumentDefinition, Definition, DirectiveDefinition, FieldDefinition } from './ast.js';
import { BUILT_IN_DIRECTIVES, BUILT_IN_TYPES } from './known-types.js';
import type { MergedSchema } from './merge-schema.js';
import {
  constantDirectiveNodes,
  constantNode,
  nameNode,
  namedTypeNode,
  operationNode,
  typeNode,
} from './node-parts.js';

/** Builds the schema for package graphql from a schema that has been checked. */
export function buildSchema({ types, directives, roots }: MergedSchema): GraphQLSchema {
  const definitions: DefinitionNode[] = [];
  for (const definition of types.values()) {
    if (!BUILT_IN_TYPES.has(definition.Name)) {
      definitions.push(typeDefinitionNode(definition));
    }
  }
  for (const directive of directives.values()) {
    if (!BUILT_IN_DIRECTIVES.includes(directive)) {
      definitions.push(directiveDefinitionNode(directive));
    }
  }
  if (roots.size > 0) {
    definitions.push({
      kind: Kind.SCHEMA_DEFINITION,
      operationTypes: [...roots].map(([operation, { Name }]) => ({
        kind: Kind.OPERATION_TYPE_DEFINITION,
        operation: operationNode(operation),
        type: namedTypeNode(Name),
      })),
    });
  }
  if (definitions.length === 0) {
    // If there is nothing to add, `buildASTSchema` drops the assumption that the schema is valid, and query validation throws.
    return new GraphQLSchema({ assumeValid: true });
  }
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions }, { assumeValid: true, assumeValidSDL: true });
}

function typeDefinitionNode(definition: Definition): TypeDefinitionNode {
  const common = { name: nameNode(definition.Name), directives: constantDirectiveNodes(definition.Directives) };
  switch (definition.Kind) {
    case 'SCALAR':
      return { kind: Kind.SCALAR_TYPE_DEFINITION, ...common };
    case 'OBJECT':
    case 'INTERFACE':
      return {
        kind: definition.Kind === 'OBJECT' ? Kind.OBJECT_TYPE_DEFINITION : Kind.INTERFACE_TYPE_DEFINITION,
        ...common,
        interfaces: definition.Interfaces.map(namedTypeNode),
        fields: definition.Fields.map(fieldNode),
      };
    case 'UNION':
      return { kind: Kind.UNION_TYPE_DEFINITION, ...common, types: definition.Types.map(namedTypeNode) };
    case 'ENUM':
      return { kind: Kind.ENUM_TYPE_DEFINITION, ...common, values: enumValueNodes(definition) };
    case 'INPUT_OBJECT':
      return { kind: Kind.INPUT_OBJECT_TYPE_DEFINITION, ...common, fields: definition.Fields.map(inputValueNode) };
  }
}

function fieldNode({ Name, Arguments, Type, Directives }: FieldDefinition): FieldDefinitionNode {
  return {
    kind: Kind.FIELD_DEFINITION,
    name: nameNode(Name),
    arguments: Arguments.map(inputValueNode),
    type: typeNode(Type),
    directives: constantDirectiveNodes(Directives),
  };
}

function inputValueNode({ Name, Type, DefaultValue, Directives }: ArgumentDefinition): InputValueDefinitionNode {
  return {
    kind: Kind.INPUT_VALUE_DEFINITION,
    name: nameNode(Name),
    type: typeNode(Type),
    ...(DefaultValue === null ? {} : { defaultValue: constantNode(DefaultValue) }),
    directives: constantDirectiveNodes(Directives),
  };
}

function enumValueNodes({ EnumValues }: Definition): NonNullable<EnumTypeDefinitionNode['values']> {
  return EnumValues.map(({ Name, Directives }) => ({
    kind: Kind.ENUM_VALUE_DEFINITION,
    name: nameNode(Name),
    directives: constantDirectiveNodes(Directives),
  }));
}

function directiveDefinitionNode(definition: DirectiveDefinition): DirectiveDefinitionNode {
  return {
    kind: Kind.DIRECTIVE_DEFINITION,
    name: nameNode(definition.Name),
    arguments: definition.Arguments.map(inputValueNode),
    repeatable: definition.IsRepeatable,
    locations: definition.Locations.map(nameNode),
  };
}
