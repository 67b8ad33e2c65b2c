import type { GraphqlPosition } from './graphql-fault.js';

/*
 * GraphQL syntax trees in the shape of OPA's objects, which use the structure of github.com/vektah/gqlparser, including its member names.
 * Objects do not include `Position`, so it is unset in trees built from objects.
 */

interface Positioned {
  readonly Position: GraphqlPosition | undefined;
}

/** The same numbers as in gqlparser. */
export enum ValueKind {
  Variable = 0,
  Int = 1,
  Float = 2,
  String = 3,
  Block = 4,
  Boolean = 5,
  Null = 6,
  Enum = 7,
  List = 8,
  Object = 9,
}

export interface GraphqlValue extends Positioned {
  readonly Raw: string;
  readonly Children: readonly ChildValue[];
  readonly Kind: ValueKind;
  readonly ExpectedTypeHasDefault: false;
}
export interface ChildValue extends Positioned {
  readonly Name: string;
  readonly Value: GraphqlValue;
}
export interface Argument extends Positioned {
  readonly Name: string;
  readonly Value: GraphqlValue;
}
export interface Directive extends Positioned {
  readonly Name: string;
  readonly Arguments: readonly Argument[];
  readonly Location: '';
}
export interface TypeReference extends Positioned {
  readonly NamedType: string;
  readonly Elem: TypeReference | null;
  readonly NonNull: boolean;
}

export interface Field extends Positioned {
  readonly Alias: string;
  readonly Name: string;
  readonly Arguments: readonly Argument[];
  readonly Directives: readonly Directive[];
  readonly SelectionSet: readonly Selection[];
}
export interface FragmentSpread extends Positioned {
  readonly Name: string;
  readonly Directives: readonly Directive[];
}
export interface InlineFragment extends Positioned {
  readonly TypeCondition: string;
  readonly Directives: readonly Directive[];
  readonly SelectionSet: readonly Selection[];
}
export type Selection = Field | FragmentSpread | InlineFragment;

export interface VariableDefinition extends Positioned {
  readonly Variable: string;
  readonly Type: TypeReference;
  readonly DefaultValue: GraphqlValue | null;
  readonly Directives: readonly Directive[];
  readonly Used: false;
}
export type OperationType = 'query' | 'mutation' | 'subscription';
export interface OperationDefinition extends Positioned {
  readonly Operation: OperationType;
  readonly Name: string;
  readonly VariableDefinitions: readonly VariableDefinition[];
  readonly Directives: readonly Directive[];
  readonly SelectionSet: readonly Selection[];
}
export interface FragmentDefinition extends Positioned {
  readonly Name: string;
  readonly VariableDefinition: readonly VariableDefinition[];
  readonly TypeCondition: string;
  readonly Directives: readonly Directive[];
  readonly SelectionSet: readonly Selection[];
}
export interface QueryDocument {
  readonly Operations: readonly OperationDefinition[];
  readonly Fragments: readonly FragmentDefinition[];
}

export type DefinitionKind = 'SCALAR' | 'OBJECT' | 'INTERFACE' | 'UNION' | 'ENUM' | 'INPUT_OBJECT';
export interface ArgumentDefinition extends Positioned {
  readonly Description: string;
  readonly Name: string;
  readonly DefaultValue: GraphqlValue | null;
  readonly Type: TypeReference;
  readonly Directives: readonly Directive[];
}
export interface FieldDefinition extends Positioned {
  readonly Description: string;
  readonly Name: string;
  readonly Arguments: readonly ArgumentDefinition[];
  readonly DefaultValue: GraphqlValue | null;
  readonly Type: TypeReference;
  readonly Directives: readonly Directive[];
}
export interface EnumValueDefinition extends Positioned {
  readonly Description: string;
  readonly Name: string;
  readonly Directives: readonly Directive[];
}
export interface Definition extends Positioned {
  readonly Kind: DefinitionKind;
  readonly Description: string;
  readonly Name: string;
  readonly Directives: readonly Directive[];
  readonly Interfaces: readonly string[];
  readonly Fields: readonly FieldDefinition[];
  readonly Types: readonly string[];
  readonly EnumValues: readonly EnumValueDefinition[];
  readonly BuiltIn: false;
}
export interface DirectiveDefinition extends Positioned {
  readonly Description: string;
  readonly Name: string;
  readonly Arguments: readonly ArgumentDefinition[];
  readonly Locations: readonly string[];
  readonly IsRepeatable: boolean;
}
export interface OperationTypeDefinition extends Positioned {
  readonly Operation: OperationType;
  readonly Type: string;
}
export interface SchemaDefinition extends Positioned {
  readonly Description: string;
  readonly Directives: readonly Directive[];
  readonly OperationTypes: readonly OperationTypeDefinition[];
}
export interface SchemaDocument {
  readonly Schema: readonly SchemaDefinition[];
  readonly SchemaExtension: readonly SchemaDefinition[];
  readonly Directives: readonly DirectiveDefinition[];
  readonly Definitions: readonly Definition[];
  readonly Extensions: readonly Definition[];
}
