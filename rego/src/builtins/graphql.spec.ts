import { LimitExceeded } from '../errors.js';
import { GRAPHQL } from './graphql.js';
import { blockStringValue } from './graphql/block-string.js';
import { callWithJson, callWithValues, hurriedContext } from './testing/call-builtin.js';
import { processorMs } from '../../../test/support/processor-time.js';

const call = (name: string, ...args: unknown[]): unknown => callWithJson(GRAPHQL, `graphql.${name}`, args);

const SCHEMA = `
  interface Named { name: String! }
  type Dog implements Named { name: String! barks(loud: Boolean = false): Boolean owner: Human }
  type Human implements Named { name: String! pets: [Pet!] }
  union Pet = Dog | Human
  enum Color { RED GREEN }
  input Filter { color: Color = RED limit: Int! }
  type Query { dog: Dog pet(filter: Filter!): Pet named: Named }
`;

describe('graphql.parse_query', () => {
  test('returns the syntax tree without empty members', () => {
    expect(call('parse_query', 'query Q($a: [Int!] = [1]) { d: dog(x: {a: $a, b: 1.5}) @x { ...F } }')).toEqual({
      Operations: [
        {
          Operation: 'query',
          Name: 'Q',
          VariableDefinitions: [
            {
              Variable: 'a',
              Type: { NamedType: '', Elem: { NamedType: 'Int', NonNull: true }, NonNull: false },
              DefaultValue: {
                Raw: '',
                Kind: 8,
                Children: [{ Name: '', Value: { Raw: '1', Kind: 1, ExpectedTypeHasDefault: false } }],
                ExpectedTypeHasDefault: false,
              },
              Used: false,
            },
          ],
          SelectionSet: [
            {
              Alias: 'd',
              Name: 'dog',
              Arguments: [
                {
                  Name: 'x',
                  Value: {
                    Raw: '',
                    Kind: 9,
                    Children: [
                      { Name: 'a', Value: { Raw: 'a', Kind: 0, ExpectedTypeHasDefault: false } },
                      { Name: 'b', Value: { Raw: '1.5', Kind: 2, ExpectedTypeHasDefault: false } },
                    ],
                    ExpectedTypeHasDefault: false,
                  },
                },
              ],
              Directives: [{ Name: 'x', Location: '' }],
              SelectionSet: [{ Name: 'F' }],
            },
          ],
        },
      ],
    });
  });

  test.each([
    ['{', 'Expected Name, found <EOF> in GraphQL string at location 1:2'],
    ['{}', 'expected at least one definition, found } in GraphQL string at location 1:2'],
    ['{ a(b: "x) }', 'Unexpected <Invalid> in GraphQL string at location 1:13'],
    ['query ($a: Int = $b) { a }', 'Unexpected $ in GraphQL string at location 1:18'],
    ['{ a(b: 01) }', 'Unexpected <Invalid> in GraphQL string at location 1:9'],
    ['é', 'Unexpected <Invalid> in GraphQL string at location 1:1'],
    ["\n  'x'", 'Unexpected <Invalid> in GraphQL string at location 2:3'],
  ])('%j', (query, message) => {
    expect(call('parse_query', query)).toBe(`eval_builtin_error: ${message}`);
  });

  test.each([
    ['', '{a'],
    ['{a(x:', '['],
    ['{a(x:', '{y:'],
    ['query($x:', '['],
  ])('refuses %s followed by deeply nested %s', (start, opening) => {
    expect(call('parse_query', start + opening.repeat(6_000))).toMatch(/nests more than 200 levels deep/);
  });
});

test.each([
  ['a\n    b\n      c', 'a\nb\n  c'],
  ['\n   \n  x\n\n', 'x'],
  ['', ''],
])('the block string %j is %j', (raw, value) => {
  expect(blockStringValue(raw)).toBe(value);
});

describe('graphql.schema_is_valid', () => {
  test.each([
    [SCHEMA, true],
    [call('parse_schema', SCHEMA), true],
    ['type A { a: B }', false],
    ['type A { a: Int a: Int }', false],
    ['type A { __a: Int }', false],
    ['type A { a(b: A): Int }', false],
    ['input A { a: B } type B { b: Int }', false],
    ['interface I { a: Int! } type A implements I { a: Int }', false],
    ['interface I { a: Int } type A implements I { a: Int! }', true],
    ['interface I { a(b: Int): Int } type A implements I { a(b: Int, c: Int!): Int }', false],
    ['interface I { a: Int } interface J implements I { a: Int } type A implements J { a: Int }', false],
    ['enum A { true }', false],
    ['directive @a(b: Int @a) on FIELD', false],
    ['type A @deprecated { a: Int }', false],
    ['scalar String', false],
    ['scalar A @specifiedBy(url: "x")', true],
    ['enum A { B } extend type A { a: Int }', false],
    ['schema { query: A } schema { query: A } type A { a: Int }', false],
    [1, false],
  ])('%j: %s', (schema, expected) => {
    expect(schema === 1 ? false : call('schema_is_valid', schema)).toBe(expected);
  });
});

describe('graphql.is_valid and graphql.parse', () => {
  test.each([
    ['{ dog { name barks } }', undefined],
    ['{ pet(filter: {limit: 1}) { ... on Dog { name } __typename } }', undefined],
    ['query($f: Filter!) { pet(filter: $f) { ...P } } fragment P on Pet { ... on Human { name } }', undefined],
    ['{ __schema { types { name } } }', undefined],
    [
      '{ dog { nam } }',
      'Cannot query field "nam" on type "Dog". Did you mean "name"? in GraphQL string at location 1:9',
    ],
    [
      '{ dog }',
      'Field "dog" of type "Dog" must have a selection of subfields. Did you mean "dog { ... }"? in GraphQL string at location 1:3',
    ],
    ['mutation { a }', 'Schema does not support operation type "mutation" in GraphQL string at location 1:1'],
    [
      '{ dog { name } }\n{ dog { name } }',
      'This anonymous operation must be the only defined operation in GraphQL string at location 1:1',
    ],
    ['query($x: Int) { dog { name } }', 'Variable "$x" is never used in GraphQL string at location 1:7'],
    ['{ dog { name: barks name } }', /conflict because/],
    [
      '{ dog { barks(loud: 1) } }',
      /Boolean cannot represent a non boolean value: 1 in GraphQL string at location 1:21/,
    ],
    ['fragment A on Dog { ...A }', /Cannot spread fragment "A" within itself/],
  ])('%s', (query, message) => {
    expect(call('is_valid', query, SCHEMA)).toBe(message === undefined);
    const parsed = call('parse', query, SCHEMA);
    if (message === undefined) {
      expect(parsed).toEqual([call('parse_query', query), call('parse_schema', SCHEMA)]);
    } else if (typeof message === 'string') {
      expect(parsed).toBe(`eval_builtin_error: ${message}`);
    } else {
      expect(parsed).toMatch(message);
    }
  });

  test('an error in the schema is reported as a schema error', () => {
    expect(call('parse', '{a}', 'type Query { a: B }')).toBe(
      'eval_builtin_error: Error in gqlparser SchemaDocument to Schema conversion: input:1:17: Undefined type B.',
    );
  });

  test('accepts syntax trees as well as strings; errors in trees have no positions', () => {
    const query = call('parse_query', '{ dog { x } }');
    expect(call('parse', query, SCHEMA)).toBe(
      'eval_builtin_error: GraphQL parse error: input: Cannot query field "x" on type "Dog"',
    );
    expect(call('parse_and_verify', query, SCHEMA)).toEqual([false, {}, {}]);
    expect(call('is_valid', { Operations: [{ Operation: 'nothing' }] }, SCHEMA)).toBe(false);
    expect(call('is_valid', { Operations: 1 }, SCHEMA)).toBe(false);
    expect(call('is_valid', '{ dog }', '')).toBe(false);
    expect(call('is_valid', '{ dog }', {})).toBe(false);
  });

  test.each([`{ dog { ${'name '.repeat(12_000)} } }`, `{ dog { ${'owner { name } '.repeat(4_000)} } }`])(
    'comparing many fields stops at the deadline',
    (query) => {
      const started = processorMs();
      expect(() => callWithValues(GRAPHQL, 'graphql.is_valid', [query, SCHEMA], hurriedContext(20))).toThrow(
        LimitExceeded,
      );
      expect(processorMs() - started).toBeLessThan(5_000);
    },
  );
});
