import { breakingChanges, type ReleasedApi } from './breaking-changes';
import type { JsonSchema } from './example-of';

const text = { type: 'string' } as const;

/** Returns a document with one POST that accepts one schema and returns another. */
function apiOf(takes: JsonSchema, gives: JsonSchema, more: object = {}): ReleasedApi {
  const content = (schema: JsonSchema): object => ({ content: { 'application/json': { schema } } });
  const post = {
    operationId: 'thingsCreate',
    requestBody: content(takes),
    responses: { 201: content(gives) },
    ...more,
  };
  return { paths: { '/things': { post } }, components: { schemas: { Thing: gives } } };
}

const member = (schema: JsonSchema, required: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties: { name: schema },
  required,
});

it('allows all additions', () => {
  const before = apiOf(member(text), member(text));
  const wider: JsonSchema = { type: 'object', properties: { name: text, note: text }, required: ['name'] };
  const now = apiOf({ ...wider, required: [] }, wider, { parameters: [{ name: 'sort', in: 'query' }] });
  const other = { operationId: 'thingsList', responses: {} };
  expect(breakingChanges(before, before)).toEqual([]);
  const anything = { anyOf: [{}, { type: 'null' }] };
  expect(breakingChanges(apiOf({}, member(anything)), apiOf({}, member(text)))).toEqual([]);
  const added = { ...now, paths: { ...now.paths, '/others': { get: other } } };
  expect(breakingChanges(before, added)).toEqual([]);
});

it.each<[string, ReleasedApi, ReleasedApi, string]>([
  ['a removed operation', apiOf({}, {}), { ...apiOf({}, {}), paths: {} }, 'POST /things is gone'],
  [
    'a different operationId, from which clients are generated',
    apiOf({}, {}),
    apiOf({}, {}, { operationId: 'create' }),
    'POST /things is no longer thingsCreate',
  ],
  ['a removed status', apiOf({}, {}), apiOf({}, {}, { responses: { 200: {} } }), 'POST /things: 201 is gone'],
  [
    'a parameter that is now required',
    apiOf({}, {}),
    apiOf({}, {}, { parameters: [{ name: 'sort', in: 'query', required: true }] }),
    'POST /things: query sort is required',
  ],
  [
    'a removed parameter',
    apiOf({}, {}, { parameters: [{ name: 'sort', in: 'query' }] }),
    apiOf({}, {}),
    'POST /things: query sort is gone',
  ],
  [
    'a removed member of a response',
    apiOf({}, member(text)),
    apiOf({}, { type: 'object', properties: {} }),
    'POST /things 201: /name is gone',
  ],
  [
    'a response member that is now optional',
    apiOf({}, member(text, ['name'])),
    apiOf({}, member(text)),
    'POST /things 201: /name is no longer always present',
  ],
  [
    'null in a response member that was never null before',
    apiOf({}, member(text)),
    apiOf({}, member({ anyOf: [text, { type: 'null' }] })),
    'POST /things 201: /name was string, is string or null',
  ],
  [
    'a request member that is now required',
    apiOf(member(text), {}),
    apiOf(member(text, ['name']), {}),
    'POST /things request: /name is required',
  ],
  [
    'null that a request member no longer accepts',
    apiOf(member({ type: ['string', 'null'] }), {}),
    apiOf(member(text), {}),
    'POST /things request: /name was string or null, is string',
  ],
  [
    'a narrower limit',
    apiOf(member({ type: 'string', maxLength: 200 }), {}),
    apiOf(member({ type: 'string', maxLength: 100 }), {}),
    'POST /things request: /name has a different maxLength',
  ],
  [
    'a value that a request member no longer accepts',
    apiOf(member({ type: 'string', enum: ['a', 'b'] }), {}),
    apiOf(member({ type: 'string', enum: ['a'] }), {}),
    'POST /things request: /name no longer accepts "b"',
  ],
])('finds %s', (_what, before, now, change) => {
  expect(breakingChanges(before, now)).toEqual([change]);
});

it('follows references, and stops at a schema that contains itself', () => {
  const thing = (parts: JsonSchema): ReleasedApi => {
    const api = apiOf({}, { $ref: '#/components/schemas/Thing' });
    const Thing: JsonSchema = {
      type: 'object',
      properties: { ...parts.properties, parts: { type: 'array', items: { $ref: '#/components/schemas/Thing' } } },
    };
    return { ...api, components: { schemas: { Thing } } };
  };
  expect(breakingChanges(thing(member(text)), thing({}))).toEqual(['POST /things 201: /name is gone']);
});
