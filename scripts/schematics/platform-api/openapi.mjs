import { examplesOf } from './examples.mjs';

/** The schemas for a member in responses and in requests, as in the API document. */
const SCHEMAS = {
  string: { answer: { type: 'string' }, input: { type: 'string', minLength: 1, maxLength: 200 } },
  text: { answer: { type: 'string' }, input: { type: 'string', maxLength: 10_000 } },
  integer: { answer: { type: 'integer' }, input: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 } },
  number: { answer: { type: 'number' }, input: { type: 'number', minimum: -1e15, maximum: 1e15, multipleOf: 0.01 } },
  boolean: { answer: { type: 'boolean' }, input: { type: 'boolean' } },
  date: { answer: { type: 'string' }, input: { type: 'string', format: 'date' } },
};
const EVERY_LIST = new Set(['limit', 'cursor', 'sort', 'include']);

/**
 * Adds the routes and schemas of a resource to the backend's document, as `npm run openapi` would write them. The parts
 * that all routes share come from the project routes, the model for a platform API.
 */
export const withOpenApi = (api, samples) => (text) => {
  const document = scoped(JSON.parse(text), api);
  const { schemas } = document.components;
  const paths = likeProjects(document.paths, api, samples);
  const add = (record, more) => Object.fromEntries(sorted(Object.entries({ ...record, ...more })));
  const written = {
    ...document,
    tags: [...document.tags, tagOf(api)].sort((one, other) =>
      one['x-displayName'].localeCompare(other['x-displayName'], 'en'),
    ),
    paths: add(document.paths, paths),
    components: { ...document.components, schemas: add(schemas, schemasOf(api, schemas)) },
  };
  return `${JSON.stringify(written, null, 2)}\n`;
};

/** Adds the scopes of a resource to the OAuth flows of a document. */
export const withScopes = (api) => (text) => `${JSON.stringify(scoped(JSON.parse(text), api), null, 2)}\n`;

function scoped(document, { manySnake, manyWords }) {
  const own = {
    [`${manySnake}.read`]: `Read ${manyWords}`,
    [`${manySnake}.write`]: `Create, change and delete ${manyWords}`,
  };
  for (const flow of Object.values(document.components.securitySchemes.oauth.flows)) {
    const scopes = Object.entries(flow.scopes);
    // After those of the other resources.
    const place = scopes.findIndex(([name]) => name === 'skills.run');
    flow.scopes = Object.fromEntries([...scopes.slice(0, place), ...Object.entries(own), ...scopes.slice(place)]);
  }
  return document;
}

/** Returns the resource's tag; `src/roles/openapi/tags.ts` contains the same title and description. */
export const tagOf = ({ many, ManyWords }) => ({
  name: many,
  'x-displayName': ManyWords,
  description: `${ManyWords} of a tenant.`,
});

const sorted = (entries) => entries.sort(([a], [b]) => (a < b ? -1 : 1));

function likeProjects(paths, api, samples) {
  const { many, manySnake, manyWords, manyPascal, onePascal, oneWords, aOne } = api;
  const renamed = JSON.stringify({
    [`/v1/${many}`]: paths['/v1/projects'],
    [`/v1/${many}/{id}`]: paths['/v1/projects/{id}'],
  })
    .replaceAll(/(schemas\/(?:New)?)Project(Patch)?"/g, `$1${onePascal}$2"`)
    .replaceAll(/("operationId":"[a-z]+)Projects"/g, `$1${manyPascal}"`)
    .replaceAll(/("operationId":"[a-z]+)Project"/g, `$1${onePascal}"`)
    .replaceAll('"projects"', `"${many}"`)
    .replaceAll(/([`"])projects\.(?=read|write)/g, `$1${manySnake}.`)
    .replaceAll(/a project(?:[,;] [^"]*)?"/g, `${aOne}"`)
    .replaceAll('the project', `the ${oneWords}`)
    .replaceAll('List projects', `List ${manyWords}`);
  const own = JSON.parse(renamed);
  const { get } = own[`/v1/${many}`];
  const sorts = ['createdAt', 'updatedAt', ...(api.sorted ? [api.sorted.name] : [])];
  const common = get.parameters.filter(({ name }) => EVERY_LIST.has(name));
  for (const { name, schema } of common) if (name === 'sort') schema.enum = sorts.flatMap((sort) => [sort, `-${sort}`]);
  const filters = api.filtered.map(({ name }) => {
    return { name, required: false, in: 'query', schema: SCHEMAS.string.input };
  });
  get.parameters = [...common, ...filters];
  giveExamples(own, examplesOf(api, samples));
  return own;
}

/** Replaces the project examples with examples for the resource. */
function giveExamples(paths, { answer, create, patch }) {
  for (const [method, { requestBody, responses }] of Object.values(paths).flatMap(Object.entries)) {
    const media = [requestBody, ...Object.values(responses)].flatMap((part) => Object.values(part?.content ?? {}));
    for (const one of media) {
      if (one === requestBody?.content['application/json']) one.example = method === 'post' ? create : patch;
      else if (one.example.items) one.example = { ...one.example, items: [answer] };
      else one.example = answer;
    }
  }
}

function schemasOf({ onePascal, fields }, { Project, Webhook }) {
  const time = Webhook.properties.createdAt;
  const members = (schemaOf) => Object.fromEntries(fields.map((field) => [field.name, schemaOf(field)]));
  // An unbounded type lists null as a second type.
  const orNull = ({ isNullable }, schema) => {
    if (!isNullable) return schema;
    return Object.keys(schema).length === 1 ? { type: [schema.type, 'null'] } : { anyOf: [schema, { type: 'null' }] };
  };
  const answerOf = (field) => orNull(field, SCHEMAS[field.type].answer);
  const inputOf = (field) => orNull(field, SCHEMAS[field.type].input);
  const properties = {
    id: { type: 'string' },
    ...members(answerOf),
    version: Project.properties.version,
    createdAt: time,
    createdBy: { type: 'string' },
    updatedAt: time,
    updatedBy: { type: 'string' },
  };
  return {
    [onePascal]: { type: 'object', properties, required: Object.keys(properties) },
    [`New${onePascal}`]: {
      type: 'object',
      properties: members((field) => ({ ...(field.isNullable ? { default: null } : {}), ...inputOf(field) })),
      required: fields.filter(({ isNullable }) => !isNullable).map(({ name }) => name),
      additionalProperties: false,
    },
    [`${onePascal}Patch`]: { type: 'object', properties: members(inputOf), additionalProperties: false },
  };
}
