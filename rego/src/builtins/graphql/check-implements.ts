import type { Budget } from '../../evaluate/budget.js';
import type { Definition, FieldDefinition, TypeReference } from './ast.js';
import { GraphqlFault } from './graphql-fault.js';
import type { MergedSchema } from './merge-schema.js';
import { isCompatible, printType } from './type-reference.js';

/** Checks that a type implements its interface (GraphQL October 2021, §3.6 "Type Validation"). Throws `GraphqlFault`. */
export function checkImplements(schema: MergedSchema, definition: Definition, name: string, budget: Budget): void {
  const parent = schema.types.get(name);
  if (parent === undefined) {
    throw new GraphqlFault(`Undefined type "${name}".`, definition.Position);
  }
  if (parent.Kind !== 'INTERFACE') {
    throw new GraphqlFault(`"${name}" is a non interface type ${parent.Kind}.`, definition.Position);
  }
  const fields = new Map(definition.Fields.map((field) => [field.Name, field]));
  budget.step(1 + fields.size + parent.Fields.length);
  for (const required of parent.Fields) {
    const field = fields.get(required.Name);
    if (field === undefined) {
      throw new GraphqlFault(
        `For ${definition.Name} to implement ${name} it must have a field called ${required.Name}.`,
        definition.Position,
      );
    }
    checkField(schema, `For ${definition.Name} to implement ${name}`, required, field, budget);
  }
  checkAncestors(definition, parent);
}

function checkField(
  schema: MergedSchema,
  prefix: string,
  required: FieldDefinition,
  field: FieldDefinition,
  budget: Budget,
): void {
  budget.step(1 + required.Arguments.length * field.Arguments.length);
  if (!isCovariant(schema, required.Type, field.Type)) {
    throw new GraphqlFault(
      `${prefix} the field ${required.Name} must have type ${printType(required.Type)}.`,
      field.Position,
    );
  }
  const sameArguments = `${prefix} the field ${required.Name} must have the same arguments but`;
  for (const argument of required.Arguments) {
    const given = field.Arguments.find(({ Name }) => Name === argument.Name);
    if (given === undefined) {
      throw new GraphqlFault(`${sameArguments} it is missing ${argument.Name}.`, field.Position);
    }
    if (!isCompatible(argument.Type, given.Type)) {
      throw new GraphqlFault(`${sameArguments} ${argument.Name} has the wrong type.`, given.Position);
    }
  }
  for (const { Name, Type, DefaultValue, Position } of field.Arguments) {
    const isNew = !required.Arguments.some((argument) => argument.Name === Name);
    if (isNew && Type.NonNull && DefaultValue === null) {
      throw new GraphqlFault(
        `${prefix} any additional arguments on ${field.Name} must be optional or have a default value but ${Name} is required.`,
        Position,
      );
    }
  }
}

function isCovariant(schema: MergedSchema, required: TypeReference, given: TypeReference): boolean {
  if (required.NonNull && !given.NonNull) {
    return false;
  }
  if (required.NamedType !== '') {
    return (
      required.NamedType === given.NamedType ||
      schema.possibleTypes.get(required.NamedType)?.has(given.NamedType) === true
    );
  }
  return required.Elem !== null && given.Elem !== null && isCovariant(schema, required.Elem, given.Elem);
}

function checkAncestors(definition: Definition, parent: Definition): void {
  for (const ancestor of parent.Interfaces) {
    if (definition.Interfaces.includes(ancestor)) {
      continue;
    }
    throw new GraphqlFault(
      ancestor === definition.Name
        ? `Type ${definition.Name} cannot implement ${parent.Name} because it would create a circular reference.`
        : `Type ${definition.Name} must implement ${ancestor} because it is implemented by ${parent.Name}.`,
      definition.Position,
    );
  }
}
