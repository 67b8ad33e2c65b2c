import { groupBy } from '../../group-by.js';
import type { Definition, DirectiveDefinition, OperationType, SchemaDocument } from './ast.js';
import { GraphqlFault } from './graphql-fault.js';
import { BUILT_IN_DIRECTIVES, BUILT_IN_TYPES } from './known-types.js';

/** A schema with its extensions merged into the extended definitions. */
export interface MergedSchema {
  /** The built-in types and the types that the schema defines, by name. */
  readonly types: ReadonlyMap<string, Definition>;
  readonly directives: ReadonlyMap<string, DirectiveDefinition>;
  readonly roots: ReadonlyMap<OperationType, Definition>;
  /** The names of the possible types, by interface, union or object. */
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
}

const DEFAULT_ROOTS: readonly (readonly [OperationType, string])[] = [
  ['query', 'Query'],
  ['mutation', 'Mutation'],
  ['subscription', 'Subscription'],
];

/**
 * Merges definitions and extensions; a type that is only extended counts as defined. Throws `GraphqlFault` in the same cases as gqlparser.
 */
export function mergeSchema(document: SchemaDocument): MergedSchema {
  const types = mergeTypes(document);
  const directives = collectDirectives(document);
  return { types, directives, roots: findRoots(document, types), possibleTypes: findPossibleTypes(types) };
}

function mergeTypes({ Definitions, Extensions }: SchemaDocument): Map<string, Definition> {
  const types = new Map(BUILT_IN_TYPES);
  for (const definition of Definitions) {
    if (types.has(definition.Name)) {
      throw new GraphqlFault(`Cannot redeclare type ${definition.Name}.`, definition.Position);
    }
    types.set(definition.Name, definition);
  }
  const extensions = groupBy(Extensions, ({ Name }) => Name);
  for (const [name, parts] of extensions) {
    const [first] = parts;
    const base = types.get(name) ?? first;
    const merged = [...(types.has(name) && base !== undefined ? [base] : []), ...parts];
    const wrong = parts.find(({ Kind }) => Kind !== base?.Kind);
    if (base === undefined || wrong !== undefined) {
      throw new GraphqlFault(
        `Cannot extend type ${name} because the base type is a ${base?.Kind ?? ''}, not ${wrong?.Kind ?? ''}.`,
        wrong?.Position,
      );
    }
    types.set(name, {
      ...base,
      Directives: merged.flatMap((part) => part.Directives),
      Interfaces: merged.flatMap((part) => part.Interfaces),
      Fields: merged.flatMap((part) => part.Fields),
      Types: merged.flatMap((part) => part.Types),
      EnumValues: merged.flatMap((part) => part.EnumValues),
    });
  }
  return types;
}

/** A schema can redefine the built-in directives, but the built-in definitions still apply. */
function collectDirectives({ Directives }: SchemaDocument): Map<string, DirectiveDefinition> {
  const directives = new Map(BUILT_IN_DIRECTIVES.map((directive) => [directive.Name, directive]));
  for (const directive of Directives) {
    if (BUILT_IN_DIRECTIVES.some(({ Name }) => Name === directive.Name)) {
      continue;
    }
    if (directives.has(directive.Name)) {
      throw new GraphqlFault(`Cannot redeclare directive ${directive.Name}.`, directive.Position);
    }
    directives.set(directive.Name, directive);
  }
  return directives;
}

function findRoots(
  { Schema, SchemaExtension }: SchemaDocument,
  types: ReadonlyMap<string, Definition>,
): Map<OperationType, Definition> {
  const second = Schema[1];
  if (second !== undefined) {
    throw new GraphqlFault(
      'Cannot have multiple schema entry points, consider schema extensions instead.',
      second.Position,
    );
  }
  const roots = new Map<OperationType, Definition>();
  for (const { Operation, Type, Position } of [...Schema, ...SchemaExtension].flatMap((part) => part.OperationTypes)) {
    const definition = types.get(Type);
    if (definition === undefined) {
      throw new GraphqlFault(`Schema root ${Operation} refers to a type ${Type} that does not exist.`, Position);
    }
    roots.set(Operation, definition);
  }
  for (const [operation, name] of Schema.length === 0 ? DEFAULT_ROOTS : []) {
    const definition = types.get(name);
    if (definition !== undefined && !roots.has(operation)) {
      roots.set(operation, definition);
    }
  }
  return roots;
}

function findPossibleTypes(types: ReadonlyMap<string, Definition>): Map<string, Set<string>> {
  const possible = new Map<string, Set<string>>();
  const add = (name: string, type: string): void => {
    possible.set(name, (possible.get(name) ?? new Set()).add(type));
  };
  for (const { Kind, Name, Interfaces, Types } of types.values()) {
    for (const type of Kind === 'UNION' ? Types : []) {
      add(Name, type);
    }
    for (const parent of Interfaces) {
      add(parent, Name);
    }
    if (Kind === 'OBJECT' || Kind === 'INPUT_OBJECT') {
      add(Name, Name);
    }
  }
  return possible;
}
