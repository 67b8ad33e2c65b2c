import { misfits, schemaFaults } from './json-schema';

const faultsOf = async (schema: unknown): Promise<readonly string[]> =>
  (await schemaFaults(JSON.stringify(schema), '/inputSchema')).map(({ pointer, code }) => `${pointer} ${code}`);

const check = async (schema: unknown, value: unknown): Promise<readonly string[]> =>
  (await misfits(JSON.stringify(schema), JSON.stringify(value), '/input')).map(
    ({ pointer, code, message }) => `${pointer} ${code}: ${message}`,
  );

const fits = async (schema: unknown, value: unknown): Promise<boolean> => {
  expect(await faultsOf(schema)).toEqual([]);
  return (await check(schema, value)).length === 0;
};

describe('a schema', () => {
  it.each<[string, unknown, unknown, unknown]>([
    [
      'refers to itself',
      { properties: { next: { $ref: '#' } }, additionalProperties: false },
      { next: { next: {} } },
      { a: 1 },
    ],
    [
      'refers to a part by a relative id',
      { $id: 'schema.json', $defs: { a: { $id: 'item.json', type: 'string' } }, items: { $ref: 'item.json' } },
      ['a'],
      [1],
    ],
    [
      'has a dynamic reference',
      {
        $id: 'https://a.example/tree',
        $dynamicAnchor: 'node',
        properties: { children: { type: 'array', items: { $dynamicRef: '#node' } } },
        unevaluatedProperties: false,
      },
      { children: [{ children: [] }] },
      { children: [{ child: [] }] },
    ],
    [
      'refers to the meta-schema',
      { $ref: 'https://json-schema.org/draft/2020-12/schema' },
      { type: 'string' },
      { type: 1 },
    ],
    ['uses a Unicode category', { pattern: '^\\p{Letter}+$' }, 'Ödön', 'R2'],
    ['names a script', { pattern: '^\\p{Script=Greek}+$' }, 'αβγ', 'abc'],
    [
      'has a pattern for names',
      { patternProperties: { '^n_': { type: 'number' } }, additionalProperties: false },
      { n_a: 1 },
      { a: 1 },
    ],
    [
      'counts the remaining members',
      { prefixItems: [true], contains: { type: 'number' }, unevaluatedItems: false },
      ['a', 1],
      ['a', 1, 'b'],
    ],
    ['checks a host name', { format: 'hostname' }, 'a.example', '-a..example'],
    ['knows a format', { format: 'date' }, '2026-02-28', '2026-02-30'],
    ['names multiples', { multipleOf: 0.01 }, 0.07, 0.070000001],
    ['has custom keywords', { $async: true, 'x-unit': 'm', type: 'number' }, 1, 'a'],
    [
      'has a member with the name of a JavaScript object member',
      { required: ['__proto__', 'toString'] },
      JSON.parse('{"__proto__":1,"toString":2}'),
      {},
    ],
  ])('that %s is accepted', async (_name, schema, good, bad) => {
    expect([await fits(schema, good), await fits(schema, bad)]).toEqual([true, false]);
  });

  it.each<[string, unknown, readonly string[]]>([
    [
      'of a different dialect',
      { $schema: 'http://json-schema.org/draft-07/schema#' },
      ['/inputSchema/$schema dialect'],
    ],
    [
      'of a different dialect in a part',
      { $defs: { a: { $schema: 'https://a.example/s' } } },
      ['/inputSchema/$defs/a/$schema dialect'],
    ],
    ['with a vocabulary', { $vocabulary: {} }, ['/inputSchema/$vocabulary unsupported']],
    [
      'with a keyword of the wrong type',
      { properties: { a: { type: 'text' } } },
      ['/inputSchema/properties/a/type enum'],
    ],
    ['that refers to a missing part', { $ref: 'https://a.example/other' }, ['/inputSchema schema']],
    ['that refers to a file', { $ref: 'file:///etc/passwd' }, ['/inputSchema schema']],
    ['that refers to itself endlessly', { $ref: '#' }, ['/inputSchema schema']],
    ['with a pattern that only RE2 supports', { pattern: '(?i)a\\z' }, ['/inputSchema/pattern format']],
    ['with a name in a constant', { const: { $id: 'a', k: 1 } }, ['/inputSchema/const/$id unsupported']],
    ['with a reference that is not a URI', { $ref: 'http://[v1.a]/' }, ['/inputSchema schema']],
    ['with a back reference', { pattern: '(a)\\1' }, ['/inputSchema schema']],
  ])('%s is refused', async (_name, schema, faults) => {
    expect(await faultsOf(schema)).toEqual(expect.arrayContaining([...faults]));
  });

  it('cannot refer to parts of a previous schema', async () => {
    const named = { $defs: { x: { $id: 'https://a.example/x', type: 'string' } }, $ref: 'https://a.example/x' };
    expect(await fits(named, 'a')).toBe(true);
    expect(await faultsOf({ $ref: 'https://a.example/x' })).toEqual(['/inputSchema schema']);
  });
});

describe('a value that does not match its schema', () => {
  it.each<[unknown, unknown, readonly string[]]>([
    [{ type: ['string', 'null'] }, 1, ['/input type: must be string or null']],
    [{ required: ['a', 'b'] }, { b: 1 }, [`/input required: must have required property 'a'`]],
    [{ additionalProperties: false }, { 'a/b': 1 }, ['/input/a~1b additionalProperties: is not allowed here']],
    [{ items: { minimum: 2 } }, [2, 1], ['/input/1 minimum: must be at least 2']],
    [
      { anyOf: [{ type: 'string' }, { minimum: 2 }] },
      1,
      [
        '/input anyOf: must match at least one of the schemas',
        '/input type: must be string',
        '/input minimum: must be at least 2',
      ],
    ],
    [false, 1, ['/input false: is not allowed here']],
    [{ enum: ['a'] }, 'b', ['/input enum: must be one of the values in the schema']],
  ])('is reported with its faults: schema %j, value %j', async (schema, value, faults) => {
    expect(await check(schema, value)).toEqual(faults);
  });

  it('is also reported if it cannot be checked', async () => {
    expect(await check({ format: 'email' }, 'a@[x:y]')).toEqual([expect.stringMatching(/^\/input (format|schema): /)]);
    const hidden = { $ref: '#/x', x: { required: 5 } };
    expect(await check(hidden, {})).toEqual([expect.stringMatching(/^\/input schema: cannot be checked/)]);
  });

  it('is reported with the pointer of its member, whatever the name', async () => {
    expect(await check({ propertyNames: { maxLength: 1 } }, { 'a/ü': 1 })).toEqual([
      '/input/a~1ü maxLength: must have at most 1 characters',
    ]);
  });

  it('is reported with at most twenty faults', async () => {
    expect(await check({ items: { type: 'string' } }, Array(30).fill(1))).toHaveLength(20);
  });

  it('has no faults for an `anyOf` with one matching branch', async () => {
    const schema = { properties: { a: { anyOf: [{ type: 'string' }, { type: 'number' }] }, b: { type: 'string' } } };
    expect(await check(schema, { a: 1, b: 1 })).toEqual(['/input/b type: must be string']);
  });
});
