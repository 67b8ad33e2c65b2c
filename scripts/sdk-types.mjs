/**
 * Generates the types of `@cpod/sdk` from the backend's OpenAPI document: `node scripts/sdk-types.mjs`. With `--check`,
 * only reports whether they are current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTs, { astToString } from 'openapi-typescript';
import ts from 'typescript';

const root = new URL('..', import.meta.url);
const source = fileURLToPath(new URL('src/roles/backend/openapi.json', root));
const target = fileURLToPath(new URL('sdk/src/generated/schemas.ts', root));

const HEAD =
  '// Made from src/roles/backend/openapi.json by scripts/sdk-types.mjs (npm run openapi). Do not change by hand.\n\n';
/** Paths whose types belong to the SDK: the paths that applications call. */
const OWN = /^\/v1\//;
const REF = '#/components/schemas/';

const { factory, SyntaxKind } = ts;
const UNKNOWN = factory.createKeywordTypeNode(SyntaxKind.UnknownKeyword);
const UNDEFINED = factory.createKeywordTypeNode(SyntaxKind.UndefinedKeyword);

const OPTIONS = {
  immutable: true,
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
  rootTypesKeepCasing: true,
  defaultNonNullable: false,
  // The type of binary data depends on the platform.
  transform: (schema) => (schema.format === 'binary' ? UNKNOWN : undefined),
  // JSON.stringify omits `undefined`, so callers can pass it.
  transformProperty: (property) =>
    property.questionToken
      ? factory.updatePropertySignature(
          property,
          property.modifiers,
          property.name,
          property.questionToken,
          factory.createUnionTypeNode([property.type, UNDEFINED]),
        )
      : undefined,
};

/** Returns the source text of the types for a document. */
export async function sdkTypes({ openapi, info, paths, components: { schemas } }) {
  const operations = Object.entries(paths)
    .filter(([path]) => OWN.test(path))
    .flatMap(([, item]) => Object.values(item).filter(({ operationId }) => operationId !== undefined));
  const sent = reached(
    operations.map(({ requestBody }) => requestBody),
    schemas,
  );
  const given = reached(
    operations.flatMap(({ responses }) => goodOnes(responses)),
    schemas,
  );
  const own = [...sent.union(given)].map((name) => [
    name,
    sent.has(name) ? withoutDefaults(schemas[name], schemas) : schemas[name],
  ]);
  const all = Object.fromEntries([...own, ...operations.flatMap(queryOf)].sort(([a], [b]) => (a < b ? -1 : 1)));
  const document = { openapi, info, paths: {}, components: { schemas: all } };
  return HEAD + astToString(await openapiTs(document, OPTIONS));
}

const goodOnes = (responses) =>
  Object.entries(responses).flatMap(([status, answer]) => (status.startsWith('2') ? [answer] : []));

/** Returns the names of all components that a part of the document references, directly or indirectly. */
function reached(part, schemas, names = new Set()) {
  if (typeof part !== 'object' || part === null) return names;
  const { $ref: ref } = part;
  const name = typeof ref === 'string' && ref.startsWith(REF) ? ref.slice(REF.length) : null;
  if (name !== null && !names.has(name)) {
    names.add(name);
    reached(schemas[name], schemas, names);
  }
  for (const member of Object.values(part)) reached(member, schemas, names);
  return names;
}

/** Returns a request schema, in which members with a default are optional. Responses have all members. */
function withoutDefaults(schema, schemas) {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map((one) => withoutDefaults(one, schemas));
  const members = Object.fromEntries(
    Object.entries(schema).map(([name, part]) => [name, withoutDefaults(part, schemas)]),
  );
  const { properties, required } = schema;
  if (!Array.isArray(required)) return members;
  return { ...members, required: required.filter((name) => !mayBeLeftOut(properties?.[name] ?? {}, schemas)) };
}

/** Returns true for a member that has a default or whose required members all have defaults. */
function mayBeLeftOut(member, schemas) {
  if (member.default !== undefined) return true;
  const { $ref: ref = member.allOf?.[0]?.$ref } = member;
  const { properties, required = [] } = schemas[ref?.slice(REF.length)] ?? {};
  return properties !== undefined && required.every((name) => properties[name].default !== undefined);
}

/** Returns the query parameters of an operation as a named schema; an empty list if it has no query parameters. */
function queryOf({ operationId, summary, parameters = [] }) {
  const members = parameters.filter((parameter) => parameter.in === 'query');
  if (members.length === 0) return [];
  const properties = Object.fromEntries(
    members.map(({ name, schema, description }) => [name, { ...schema, description }]),
  );
  const required = members.filter((parameter) => parameter.required === true).map(({ name }) => name);
  const name = `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Query`;
  return [[name, { type: 'object', description: `Query of: ${summary}.`, properties, required }]];
}

async function main(isCheck) {
  const made = await sdkTypes(JSON.parse(readFileSync(source, 'utf8')));
  if (!isCheck) return writeFileSync(target, made);
  if (readFileSync(target, 'utf8') === made) return;
  console.error('sdk/src/generated/schemas.ts does not match the OpenAPI document. Run "npm run openapi".');
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) void main(process.argv.includes('--check'));
