import { GraphQLError, type GraphQLSchema } from 'graphql';
import { BuiltinError } from '../errors.js';
import type { Budget } from '../evaluate/budget.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import type { ArgumentType, Builtin, BuiltinContext } from './builtin.js';
import type { QueryDocument, SchemaDocument } from './graphql/ast.js';
import { buildSchema } from './graphql/build-schema.js';
import { checkSchema } from './graphql/check-schema.js';
import { queryFromValue, schemaFromValue } from './graphql/from-value.js';
import { GraphqlFault, SchemaConversionFault } from './graphql/graphql-fault.js';
import { mergeSchema, type MergedSchema } from './graphql/merge-schema.js';
import { parseQuery } from './graphql/parse-query.js';
import { parseSchema } from './graphql/parse-schema.js';
import { treeToValue } from './graphql/to-value.js';
import { validateQuery } from './graphql/validate-query.js';
import { textOf } from './operands.js';

const MAX_SCHEMA_LENGTH = 512 * 1024;
const MAX_QUERY_LENGTH = 64 * 1024;
const CHARACTERS_PER_MS = 4_000;
/** The rate at which package graphql builds a schema. Building cannot be interrupted. */
const DEFINITIONS_PER_MS = 50;
const BYTES_PER_DEFINITION = 8_192;

/** A string, or the tree that `graphql.parse_query` or `graphql.parse_schema` returns. */
const DOCUMENT: ArgumentType = ['string', 'object'];

/** `graphql.*`, as in OPA's `topdown/graphql.go`: trees and messages match github.com/vektah/gqlparser. */
export const GRAPHQL: readonly Builtin[] = [
  {
    name: 'graphql.parse',
    args: [DOCUMENT, DOCUMENT],
    result: ['array'],
    call: ([query, schema], context) => reported(() => parseBoth(query ?? null, schema ?? null, context)),
  },
  {
    name: 'graphql.parse_and_verify',
    args: [DOCUMENT, DOCUMENT],
    result: ['array'],
    call: ([query, schema], context) =>
      orElse(
        () => [true, ...parseBoth(query ?? null, schema ?? null, context)],
        [false, RegoObject.EMPTY, RegoObject.EMPTY],
      ),
  },
  {
    name: 'graphql.parse_query',
    args: [['string']],
    result: ['object'],
    call: ([query], { budget }) => reported(() => treeToValue(readQuery(textOf(query), budget), budget)),
  },
  {
    name: 'graphql.parse_schema',
    args: [['string']],
    result: ['object'],
    call: ([schema], { budget }) => reported(() => treeToValue(readSchema(textOf(schema), budget), budget)),
  },
  {
    name: 'graphql.is_valid',
    args: [DOCUMENT, DOCUMENT],
    result: ['boolean'],
    call: ([query, schema], context) => orElse(() => isValid(query ?? null, schema ?? null, context), false),
  },
  {
    name: 'graphql.schema_is_valid',
    args: [DOCUMENT],
    result: ['boolean'],
    call: ([schema], { budget }) => orElse(() => isValidSchema(schema ?? null, budget), false),
  },
];

/** Converts faults to built-in function errors. */
function reported(run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    throw error instanceof GraphqlFault || error instanceof GraphQLError
      ? new BuiltinError('eval_builtin_error', error instanceof GraphqlFault ? error.describe() : error.message)
      : error;
  }
}

/** Returns `otherwise` instead of throwing a fault. */
function orElse(run: () => Value, otherwise: Value): Value {
  try {
    return run();
  } catch (error) {
    if (error instanceof GraphqlFault || error instanceof GraphQLError) {
      return otherwise;
    }
    throw error;
  }
}

function parseBoth(query: Value, schema: Value, context: BuiltinContext): readonly [RegoObject, RegoObject] {
  const { budget } = context;
  const queryTree = readQuery(query, budget);
  const schemaTree = readSchema(schema, budget);
  validateQuery(schemaOf(schema, schemaTree, context), queryTree, budget);
  return [treeToValue(queryTree, budget), treeToValue(schemaTree, budget)];
}

function isValid(query: Value, schema: Value, context: BuiltinContext): boolean {
  const queryTree = readQuery(query, context.budget);
  validateQuery(schemaOf(schema, readSchema(schema, context.budget), context), queryTree, context.budget);
  return true;
}

function isValidSchema(schema: Value, budget: Budget): boolean {
  checkedSchema(readSchema(schema, budget), budget);
  return true;
}

function readQuery(query: Value, budget: Budget): QueryDocument {
  if (typeof query === 'string') {
    checkLength('query', query, MAX_QUERY_LENGTH, budget);
    return parseQuery(query, budget);
  }
  return queryFromValue(query as RegoObject, budget);
}

function readSchema(schema: Value, budget: Budget): SchemaDocument {
  if (typeof schema === 'string') {
    checkLength('schema', schema, MAX_SCHEMA_LENGTH, budget);
    return parseSchema(schema, budget);
  }
  return schemaFromValue(schema as RegoObject, budget);
}

function checkLength(what: string, text: string, limit: number, budget: Budget): void {
  if (text.length > limit) {
    throw new GraphqlFault(`a ${what} can have at most ${limit} characters`, undefined);
  }
  budget.reserve(text.length / CHARACTERS_PER_MS);
  budget.allocate(16 * text.length);
}

function checkedSchema(tree: SchemaDocument, budget: Budget): MergedSchema {
  try {
    const merged = mergeSchema(tree);
    checkSchema(merged, budget);
    return merged;
  } catch (error) {
    throw error instanceof GraphqlFault ? new SchemaConversionFault(error.message, error.position) : error;
  }
}

/** Checks and builds each schema text once per query. */
function schemaOf(source: Value, tree: SchemaDocument, { budget, queryCache }: BuiltinContext): GraphQLSchema {
  const key = typeof source === 'string' ? `graphql.schema:${source}` : undefined;
  const known = key === undefined ? undefined : queryCache.get(key);
  if (known !== undefined) {
    return known as GraphQLSchema;
  }
  const merged = checkedSchema(tree, budget);
  const size = [...merged.types.values()].reduce((sum, type) => sum + 1 + type.Fields.length, merged.directives.size);
  budget.reserve(size / DEFINITIONS_PER_MS);
  budget.allocate(size * BYTES_PER_DEFINITION);
  const schema = buildSchema(merged);
  if (key !== undefined) {
    queryCache.set(key, schema);
  }
  return schema;
}
