/**
 * Writes the types of `@cpod/sdk` from the OpenAPI document of the backend: `node scripts/sdk-types.mjs`, or with
 * `--check` says whether they are current. What the documents of this project use of JSON Schema is little, so that this
 * stands for a generator with thirty packages; a keyword that it does not know and that says something about the type is
 * an error, never a wrong type.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const source = fileURLToPath(new URL('src/roles/backend/openapi.json', root));
const target = fileURLToPath(new URL('sdk/src/generated/schemas.ts', root));

/** Paths whose types are of the SDK: what an application calls. */
const OWN = /^\/v1\//;
const REF = '#/components/schemas/';

/** Keywords that bound values and say nothing of their type. */
const BOUNDS = new Set(
  'pattern maxLength minLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf maxItems minItems uniqueItems maxProperties minProperties contentEncoding propertyNames not title example examples deprecated readOnly writeOnly id $comment'.split(
    ' ',
  ),
);
const TYPED = new Set(
  'type description default properties required additionalProperties items enum const format nullable $ref allOf anyOf oneOf discriminator'.split(
    ' ',
  ),
);

/** Of the document that is read. */
let components = {};
/** What of the components is reached from the paths. */
const used = new Set();
/** What of them is sent: a member with a default may be left out, also where the same component is given with all of them. */
const sent = new Set();

const literal = (value) =>
  typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : JSON.stringify(value);
const unique = (list) => [...new Set(list)];
const joined = (types, by) => {
  const parts = unique(types);
  return parts.length === 1 ? parts[0] : parts.map((type) => (/[|&]/.test(type) ? `(${type})` : type)).join(by);
};

/** The type of a schema, as TypeScript. `where` names it in errors. */
function typeOf(schema, where) {
  if (schema === undefined || schema === true) return 'unknown';
  const strange = Object.keys(schema).filter((word) => !BOUNDS.has(word) && !TYPED.has(word));
  if (strange.length > 0) throw new Error(`${where}: unknown keyword ${strange.join(', ')}`);
  const type = plainTypeOf(schema, where);
  return schema.nullable === true && type !== 'unknown' && type !== 'null' ? joined([type, 'null'], ' | ') : type;
}

function plainTypeOf(schema, where) {
  if (schema.$ref !== undefined) return nameOf(schema.$ref, where);
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return joined(schema.enum.map(literal), ' | ');
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) return choiceOf(choices.map((one) => typeOf(one, where)));
  // Of a string or number the parts only bound it further.
  if (schema.allOf !== undefined && schema.type === undefined) {
    return joined(
      schema.allOf.map((one) => typeOf(one, where)),
      ' & ',
    );
  }
  if (Array.isArray(schema.type)) {
    return choiceOf(schema.type.map((type) => plainTypeOf({ ...schema, type }, where)));
  }
  switch (schema.type) {
    case 'string':
      return schema.format === 'binary' ? 'unknown' : 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return `readonly ${arrayItem(typeOf(schema.items, where))}[]`;
    case 'object':
      return objectOf(schema, where);
    case undefined:
      return schema.properties === undefined ? 'unknown' : objectOf(schema, where);
    default:
      throw new Error(`${where}: unknown type ${schema.type}`);
  }
}

/** `unknown` swallows what stands beside it. */
const choiceOf = (types) => (types.includes('unknown') ? 'unknown' : joined(types, ' | '));
const arrayItem = (type) => (/[|& ]/.test(type) && !type.startsWith('{') ? `(${type})` : type);

function objectOf({ properties = {}, required = [], additionalProperties }, where) {
  const members = Object.entries(properties).map(([name, member]) => {
    const isFilledIn = sent.has(where.split('.')[0]) && mayBeLeftOut(member);
    const mark = required.includes(name) && !isFilledIn ? '' : '?';
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
    const type = typeOf(member, `${where}.${name}`);
    // JSON.stringify leaves `undefined` out, so that it may be given.
    const shown = mark === '' || type === 'unknown' ? type : `${type} | undefined`;
    return `${docOf(member)}readonly ${key}${mark}: ${shown};`;
  });
  const hasMore = additionalProperties !== undefined && additionalProperties !== false;
  const more = hasMore ? typeOf(additionalProperties === true ? {} : additionalProperties, where) : null;
  if (members.length === 0)
    return more === null ? 'Readonly<Record<string, never>>' : `Readonly<Record<string, ${more}>>`;
  const shape = `{\n${members.join('\n')}\n}`;
  return more === null ? shape : `${shape} & Readonly<Record<string, ${more}>>`;
}

/** A member with a default, or one whose own members all are so. */
function mayBeLeftOut(member) {
  if (member.default !== undefined) return true;
  const { $ref: ref = member.allOf?.[0]?.$ref } = member;
  const { properties, required = [] } = components[ref?.slice(REF.length)] ?? {};
  return properties !== undefined && required.every((name) => properties[name].default !== undefined);
}

function nameOf(ref, where) {
  const name = ref.slice(REF.length);
  if (!ref.startsWith(REF) || !(name in components)) throw new Error(`${where}: nothing is called ${ref}`);
  used.add(name);
  return name;
}

function docOf({ description, default: byDefault, format }) {
  const parts = [];
  if (description) parts.push(description.replaceAll('*/', '*\u200b/').trim());
  if (byDefault !== undefined) parts.push(`Default: \`${JSON.stringify(byDefault)}\`.`);
  if (format === 'date-time' && !description) parts.push('ISO 8601.');
  return parts.length === 0 ? '' : `/** ${parts.join(' ')} */\n`;
}

const pascal = (name) => name.charAt(0).toUpperCase() + name.slice(1);

/** The query of an operation; `null` when it has none. An alias, because an interface is not a record to TypeScript. */
function queryOf({ operationId, summary, parameters = [] }) {
  const members = parameters.filter((parameter) => parameter.in === 'query');
  if (members.length === 0) return null;
  const lines = members.map(({ name, required, schema, description }) => {
    const doc = docOf({ ...schema, description });
    const type = typeOf(schema, `${operationId}?${name}`);
    return `${doc}readonly ${name}${required === true ? `: ${type}` : `?: ${type} | undefined`};`;
  });
  return `/** Query of: ${summary}. */\nexport type ${pascal(operationId)}Query = {\n${lines.join('\n')}\n};`;
}

/** Adds to a set all components that a schema is made of. */
function reach(schema, where, into) {
  used.clear();
  typeOf(schema, where);
  for (const name of [...used].filter((one) => !into.has(one))) {
    into.add(name);
    reach(components[name], name, into);
  }
}

function declarationOf(name) {
  const schema = components[name];
  const type = typeOf(schema, name);
  const doc = docOf({ description: schema.description });
  return isOneObject(type) ? `${doc}export interface ${name} ${type}` : `${doc}export type ${name} = ${type};`;
}

/** Whether the first bracket closes with the last. */
function isOneObject(type) {
  if (!type.startsWith('{')) return false;
  let depth = 0;
  for (let at = 0; at < type.length; at++) {
    if (type[at] === '{') depth += 1;
    if (type[at] === '}' && --depth === 0) return at === type.length - 1;
  }
  return false;
}

/** Indents by brackets; the text is ours, so that no string holds a bracket at the end of its line. */
function indented(text) {
  let depth = 0;
  return text
    .split('\n')
    .map((line) => {
      if (line.startsWith('}')) depth -= 1;
      const shown = line === '' ? '' : '  '.repeat(depth) + line;
      if (line.endsWith('{')) depth += 1;
      return shown;
    })
    .join('\n');
}

const contentsOf = (bodies) => bodies.flatMap((body) => Object.values(body?.content ?? {}));

/** The text of the types for a document. */
export function sdkTypes(document) {
  components = document.components.schemas;
  sent.clear();
  const operations = Object.entries(document.paths)
    .filter(([path]) => OWN.test(path))
    .flatMap(([, item]) => Object.values(item).filter(({ operationId }) => operationId !== undefined));
  const given = new Set();
  for (const { operationId, requestBody, responses } of operations) {
    for (const { schema } of contentsOf([requestBody])) reach(schema, operationId, sent);
    const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'));
    for (const { schema } of contentsOf(answers.map(([, answer]) => answer))) reach(schema, operationId, given);
  }
  const queries = operations.map(queryOf).filter((query) => query !== null);
  const declarations = [...sent.union(given)].sort().map(declarationOf);
  const head =
    '// Made from src/roles/backend/openapi.json by scripts/sdk-types.mjs (npm run openapi). Do not change by hand.';
  return `${[head, ...declarations, ...queries.sort()].map(indented).join('\n\n')}\n`;
}

function main(isCheck) {
  const made = sdkTypes(JSON.parse(readFileSync(source, 'utf8')));
  if (!isCheck) return writeFileSync(target, made);
  if (readFileSync(target, 'utf8') === made) return;
  console.error('sdk/src/generated/schemas.ts is not what the OpenAPI document says: run "npm run openapi".');
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes('--check'));
