/** Writes the pages for a REST API from its OpenAPI document: an overview, and a page for each tag. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../steps/process.mjs';
import { blocks, code, escaped, page, sentence, slug, table } from './markdown.mjs';
import { Schemas } from './schema.mjs';

/** The roles that have a REST API. */
export const REST_APIS = {
  backend: { title: 'Backend REST API', port: 8000 },
  'control-plane': { title: 'Control plane REST API', port: 8080 },
};

/** Tags of web pages, which programs do not call. */
const PAGES = new Set(['console', 'docs', 'pages']);

const read = (role) => JSON.parse(readFileSync(join(root, `src/roles/${role}/openapi.json`), 'utf8'));

/** Returns the tags of a REST API with the paths of their pages below `reference/`, sorted by title. */
export function restTags(role) {
  return read(role)
    .tags.filter(({ name }) => !PAGES.has(name))
    .map(({ name, 'x-displayName': title, description }) => ({
      name,
      title,
      description,
      path: `rest-${role}/${slug(name)}`,
    }))
    .sort((one, other) => one.title.localeCompare(other.title));
}

/** Returns the pages for a REST API, keyed by their path below `reference/`. */
export function restPages(role) {
  const document = read(role);
  const tags = restTags(role);
  const operations = operationsOf(document);
  return new Map([
    [`rest-${role}.md`, overview(role, document, tags, operations)],
    ...tags.map((tag) => [
      `${tag.path}.md`,
      tagPage(
        role,
        document,
        tag,
        operations.filter((operation) => operation.tags.includes(tag.name)),
      ),
    ]),
  ]);
}

function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() })),
  );
}

function overview(role, { info, components }, tags, operations) {
  const { title, port } = REST_APIS[role];
  const count = (name) => operations.filter((operation) => operation.tags.includes(name)).length;
  return page(
    {
      title,
      description: info.description,
      source: `src/roles/${role}/openapi.json`,
    },
    escaped(sentence(info.description)),
    `This reference describes version ${info.version}. A running server also provides it as an [interactive reference](/docs/api){target="_self"} at \`/docs/api\` and as an OpenAPI 3.1 document at \`/openapi.json\`. The default address is \`http://localhost:${port}\`.`,
    '## Resources',
    table(
      ['Resource', 'Operations', 'Description'],
      tags.map((tag) => [`[${tag.title}](./${tag.path})`, count(tag.name), escaped(sentence(tag.description))]),
    ),
    '## Authentication',
    'Each operation names the credentials that it accepts.',
    table(
      ['Credential', 'How to send it', 'Description'],
      Object.entries(components.securitySchemes).map(([name, scheme]) => [
        code(name),
        credentialOf(scheme),
        escaped(sentence(scheme.description)),
      ]),
    ),
    '## Errors',
    'Each operation can return the errors that its page lists. The body has the members below. See [Errors](./errors) for every code.',
    table(
      ['Status', 'Meaning'],
      Object.entries(components.responses).map(([, response]) => [
        code(statusOf(response)),
        escaped(sentence(response.description)),
      ]),
    ),
    table(
      ['Member', 'Type', 'Description'],
      new Schemas(components.schemas)
        .rowsOf({ $ref: '#/components/schemas/Error' })
        .map(({ path, type, details }) => [code(path), type, details]),
    ),
    '## Response headers',
    table(
      ['Header', 'Description'],
      Object.entries(components.headers).map(([name, { description }]) => [code(name), escaped(sentence(description))]),
    ),
  );
}

function credentialOf({ type, scheme, name }) {
  if (type === 'apiKey') return code(`${name}: <key>`);
  return code(scheme === 'basic' ? 'Authorization: Basic <id:secret>' : 'Authorization: Bearer <token>');
}

function statusOf({ content }) {
  const examples = Object.values(content ?? {}).map(({ example }) => example?.status);
  return examples.find((status) => status !== undefined) ?? 'any other';
}

function tagPage(role, document, tag, operations) {
  return page(
    {
      title: tag.title,
      description: `${REST_APIS[role].title}: ${tag.description}`,
      source: `src/roles/${role}/openapi.json`,
      outline: [2, 2],
    },
    escaped(sentence(tag.description)),
    `Part of the [${REST_APIS[role].title}](../rest-${role}).`,
    table(
      ['Operation', 'Request'],
      operations.map(({ summary, operationId, method, path }) => [
        `[${escaped(summary)}](#${operationId.toLowerCase()})`,
        code(`${method} ${path}`),
      ]),
    ),
    ...operations.map((operation) => operationSection(document, operation)),
  );
}

function operationSection(document, operation) {
  const { summary, operationId, method, path, description = '', deprecated } = operation;
  return blocks(
    `## ${escaped(summary)} {#${operationId.toLowerCase()}}`,
    `<p class="request"><span class="verb verb-${method.toLowerCase()}">${method}</span> <code v-pre>${path.replaceAll('<', '&lt;')}</code></p>`,
    deprecated === true ? '::: warning\nThis operation is deprecated.\n:::' : '',
    escaped(sentence(description)),
    credentialsOf(document, operation),
    parametersOf(document, operation),
    bodyOf(document, operation),
    answersOf(document, operation),
  ).trimEnd();
}

function credentialsOf(document, { security = [] }) {
  const names = security.flatMap((one) => Object.keys(one));
  const isOptional = security.some((one) => Object.keys(one).length === 0);
  if (names.length === 0) return '**Authentication:** none.';
  return `**Authentication:** ${[...new Set(names)].map(code).join(' or ')}${isOptional ? ' (optional)' : ''}.`;
}

function parametersOf({ components }, { parameters = [] }) {
  const schemas = new Schemas(components.schemas);
  const rows = parameters.map((parameter) => {
    const own = parameter.description ? `${escaped(sentence(parameter.description))} ` : '';
    const { description: _description, ...schema } = parameter.schema ?? {};
    return [
      code(parameter.name),
      parameter.in,
      schemas.typeOf(schema),
      parameter.required === true ? 'Yes' : 'No',
      `${own}${schemas.detailsOf(schema)}`,
    ];
  });
  const all = table(['Parameter', 'In', 'Type', 'Required', 'Description'], rows);
  return all === '' ? '' : blocks('### Parameters', all).trimEnd();
}

function bodyOf({ components }, { requestBody }) {
  if (requestBody === undefined) return '';
  const schemas = new Schemas(components.schemas);
  const kinds = Object.entries(requestBody.content);
  const [, { schema, example }] = kinds[0];
  return blocks(
    '### Request body',
    `${requestBody.required === true ? 'Required.' : 'Optional.'} Content type: ${kinds.map(([type]) => code(type)).join(' or ')}.`,
    describedValue(schemas, schema),
    example === undefined || typeof example !== 'object'
      ? ''
      : `Example:\n\n\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``,
  ).trimEnd();
}

/** Returns the members of an object as a table, or the type and limits of any other value. */
function describedValue(schemas, schema) {
  const rows = schemas.rowsOf(schema);
  if (rows.length === 0) {
    const type = schemas.typeOf(schema ?? {});
    return type === 'any value' ? '' : `Type: ${type}. ${schemas.detailsOf(schema)}`.trim();
  }
  return table(
    ['Member', 'Type', 'Required', 'Description'],
    rows.map(({ path, type, isRequired, details }) => [code(path), type, isRequired ? 'Yes' : 'No', details]),
  );
}

function answersOf({ components }, { responses, summary }) {
  const schemas = new Schemas(components.schemas);
  const good = Object.entries(responses).filter(([status]) => /^[123]/.test(status));
  const bad = Object.entries(responses).filter(([status]) => /^[45]/.test(status));
  return blocks(
    '### Responses',
    ...good.map(([status, response]) => {
      const [type, media] = Object.entries(response.content ?? {})[0] ?? [];
      const meaning = response.description === summary ? '' : ` ${escaped(sentence(response.description))}`;
      const headers = Object.keys(response.headers ?? {}).filter((name) => name !== 'X-Request-Id');
      return blocks(
        `**${status}**${meaning}${type === undefined ? ' No body.' : ` Content type: ${code(type)}.`}${headers.length === 0 ? '' : ` Headers: ${headers.map(code).join(', ')}.`}`,
        media === undefined ? '' : answerMembers(schemas, media.schema),
      ).trimEnd();
    }),
    bad.length === 0 ? '' : `**Errors:** ${bad.map(([status]) => code(status)).join(', ')}. See [Errors](../errors).`,
  ).trimEnd();
}

function answerMembers(schemas, schema) {
  const rows = schemas.rowsOf(schema);
  if (rows.length === 0) return '';
  return table(
    ['Member', 'Type', 'Description'],
    rows.map(({ path, type, isRequired, details }) => [
      code(path),
      type,
      isRequired ? details : `Optional. ${details}`.trim(),
    ]),
  );
}
