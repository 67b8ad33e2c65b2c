import { LimitExceeded } from '../errors.js';
import { fromJson } from '../values/json.js';
import { JSON_SCHEMA } from './json-schema.js';
import { callWithJson, callWithValues, hurriedContext } from './testing/call-builtin.js';

const verify = (schema: unknown): unknown => callWithJson(JSON_SCHEMA, 'json.verify_schema', [schema]);
const match = (document: unknown, schema: unknown): unknown =>
  callWithJson(JSON_SCHEMA, 'json.match_schema', [document, schema]);
const errors = (document: unknown, schema: unknown): unknown =>
  (match({ v: document }, { properties: { v: schema } }) as [boolean, { error: string }[]])[1].map(
    ({ error }) => error,
  );

describe('json.match_schema', () => {
  test('reports the field and the reason', () => {
    expect(
      match({ a: [{ b: 'x' }] }, { properties: { a: { items: { properties: { b: { type: 'integer' } } } } } }),
    ).toEqual([
      false,
      [
        {
          error: 'a.0.b: Invalid type. Expected: integer, given: string',
          type: 'invalid_type',
          field: 'a.0.b',
          desc: 'Invalid type. Expected: integer, given: string',
        },
      ],
    ]);
  });

  test.each([
    [1, { type: ['string', 'null'] }, ['v: Invalid type. Expected: [string,null], given: integer']],
    [1.0, { type: 'integer' }, []],
    [
      5,
      { minimum: 6, maximum: 4, multipleOf: 0.3 },
      ['v: Must be a multiple of 0.3', 'v: Must be less than or equal to 4', 'v: Must be greater than or equal to 6'],
    ],
    [
      5,
      { exclusiveMinimum: 5, maximum: 5, exclusiveMaximum: true },
      ['v: Must be less than 5', 'v: Must be greater than 5'],
    ],
    [0.3, { multipleOf: 0.1 }, []],
    [1e12, { maximum: 123456789012 }, ['v: Must be less than or equal to 1.23456789e+11']],
    [
      'éé',
      { minLength: 3, pattern: '^a' },
      ['v: String length must be greater than or equal to 3', "v: Does not match pattern '^a'"],
    ],
    [
      [1, 1],
      { uniqueItems: true, minItems: 3, maxItems: 1 },
      [
        'v: Array must have at least 3 items',
        'v: Array must have at most 1 items',
        'v: array items[0,1] must be unique',
      ],
    ],
    [[1, 'x'], { items: [{ type: 'integer' }], additionalItems: false }, ['v: No additional items allowed on array']],
    [
      [1],
      { contains: { type: 'string' } },
      ['v: At least one of the items must match', 'v.0: Invalid type. Expected: string, given: integer'],
    ],
    [
      { a: 1 },
      { required: ['b'], additionalProperties: false },
      ['v: b is required', 'v: Additional property a is not allowed'],
    ],
    [
      { a: 1 },
      { patternProperties: { '^a': { type: 'string' } }, minProperties: 2 },
      ['v: Must have at least 2 properties', 'v.a: Invalid type. Expected: string, given: integer'],
    ],
    [
      { a: 1 },
      { propertyNames: { maxLength: 0 } },
      ['v: Property name of "a" does not match', 'v: String length must be less than or equal to 0'],
    ],
    [{ a: 1 }, { dependencies: { a: ['b'] } }, ['v: Has a dependency on b']],
    ['x', { enum: ['a', 1] }, ['v: v must be one of the following: "a", 1']],
    ['x', { enum: [] }, ['v: v must be one of the following: (none)']],
    ['x', { const: { a: 1 } }, ['v: v does not match: {"a":1}']],
    [
      'x',
      { anyOf: [{ type: 'integer' }, { maxLength: 0 }] },
      ['v: Must validate at least one schema (anyOf)', 'v: String length must be less than or equal to 0'],
    ],
    ['x', { oneOf: [{}, {}] }, ['v: Must validate one and only one schema (oneOf)']],
    [
      'x',
      { allOf: [{ type: 'null' }] },
      ['v: Invalid type. Expected: null, given: string', 'v: Must validate all the schemas (allOf)'],
    ],
    ['x', { not: {} }, ['v: Must not validate the schema (not)']],
    [
      'x',
      { if: { type: 'string' }, then: false },
      ['v: Must validate "then" as "if" was valid', 'v: False always fails validation'],
    ],
    ['x', { format: 'ipv4' }, ["v: Does not match format 'ipv4'"]],
    ['x', { format: 'unheard-of' }, []],
  ])('%j by %j', (document, schema, expected) => {
    expect(errors(document, schema)).toEqual(expected);
  });

  test.each([
    ['date', '2024-02-29', '2023-02-29'],
    ['date-time', '2024-02-29T00:00:00.5+01:00', '2024-02-29 00:00'],
    ['time', '10:00:00Z', '25:00:00'],
    ['hostname', 'a-b.example', '-a.example'],
    ['email', 'Ann <ann@example.com>', 'ann@'],
    ['ipv6', '::1', '1.2.3.4'],
    ['uri', 'urn:x', '/relative'],
    ['uri-reference', '/relative', 'a\\b'],
    ['uri-template', '/a{b}', '/a{b'],
    ['uuid', '00000000-0000-0000-0000-000000000000', '0'],
    ['regex', 'a+', '['],
    ['json-pointer', '/a~1b', 'a'],
    ['relative-json-pointer', '1/a', '/a'],
  ])('format %s', (format, good, bad) => {
    expect(errors(good, { format })).toEqual([]);
    expect(errors(bad, { format })).toEqual([`v: Does not match format '${format}'`]);
  });

  test('references resolve within the schema, including recursive references', () => {
    const schema = {
      definitions: { node: { $id: 'node', type: 'object', properties: { next: { $ref: '#/definitions/node' } } } },
      $ref: 'node',
    };
    expect(match({ next: { next: {} } }, schema)).toEqual([true, []]);
    expect(match({ next: { next: 1 } }, schema)).toMatchObject([false, [{ field: 'next.next' }]]);
    expect(match({}, { $ref: 'http://example.com/schema' })).toBe(
      'eval_builtin_error: remote reference loading disabled: http://example.com/schema',
    );
  });

  test('a self-referencing schema is refused, and an exponential one stops at a limit', () => {
    expect(match({}, { $ref: '#' })).toMatch(/more than 250 levels/);
    const links = Array.from({ length: 40 }, (_, i) => [
      `d${i}`,
      { allOf: [1, 2].map(() => ({ $ref: `#/definitions/d${i + 1}` })) },
    ]);
    const schema = { definitions: { ...Object.fromEntries(links), d40: {} } as unknown, $ref: '#/definitions/d0' };
    expect(() =>
      callWithValues(JSON_SCHEMA, 'json.match_schema', [fromJson({}), fromJson(schema)], hurriedContext()),
    ).toThrow(LimitExceeded);
  });

  test('documents and schemas can be JSON strings', () => {
    expect(match('{"a": 1}', '{"required": ["b"]}')).toMatchObject([false, [{ error: '(root): b is required' }]]);
    expect(match('{', {})).toBe('eval_builtin_error: invalid JSON string');
  });

  test('accepts the names of JavaScript object members as ordinary names', () => {
    const schema = { properties: { constructor: { type: 'string' } }, additionalProperties: false };
    expect(match('{"__proto__": 1}', schema)).toMatchObject([false, [{ type: 'additional_property_not_allowed' }]]);
    expect(match({ constructor: 'x' }, schema)).toEqual([true, []]);
  });
});

describe('json.verify_schema', () => {
  test.each([
    [{ properties: 1 }, 'properties must be of type object'],
    [{ type: ['string', 'string'] }, 'string type is duplicated'],
    [{ required: ['a', 'a'] }, 'required items must be unique'],
    [{ minLength: -1 }, 'minLength must be greater than or equal to 0'],
    [{ minLength: 2, maxLength: 1 }, 'minLength cannot be greater than maxLength'],
    [{ multipleOf: 0 }, 'multipleOf must be strictly greater than 0'],
    [{ pattern: '[' }, 'pattern must be a valid regex'],
    [{ patternProperties: { '[': {} } }, "Invalid regex pattern '['"],
    [{ $ref: '#/definitions/x' }, "Object has no key 'definitions'"],
    [{ items: 1 }, 'Invalid type. Expected: schema/array of schemas, given: items'],
    [{ exclusiveMinimum: true }, 'exclusiveMinimum cannot be used without minimum'],
    [{ enum: [1, 1.0] }, 'enum items must be unique'],
    ['1', 'Expected: schema, given: Invalid JSON'],
    ['{', 'invalid JSON string'],
  ])('%j', (schema, message) => {
    expect(verify(schema)).toEqual([false, `jsonschema: ${message}`]);
  });

  test('validates by the rules of the specified draft', () => {
    const draft4 = 'http://json-schema.org/draft-04/schema#';
    expect(verify({ $schema: draft4, properties: { a: true } })).toMatchObject([
      false,
      'jsonschema: Expected: schema, given: Invalid JSON',
    ]);
    expect(verify({ $schema: 'http://json-schema.org/draft-07/schema#', properties: { a: true } })).toEqual([
      true,
      null,
    ]);
  });
});
