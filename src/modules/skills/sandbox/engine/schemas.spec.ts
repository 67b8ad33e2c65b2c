import { misfits, schemaFaults } from './schemas';

const faultsOf = (schema: unknown): readonly string[] =>
  schemaFaults(JSON.stringify(schema), '/inputSchema').map(({ pointer, code }) => `${pointer} ${code}`);

describe('a schema with "$async"', () => {
  it.each<[string, unknown, string]>([
    ['at its root', { $async: true, type: 'object' }, '/inputSchema/$async'],
    ['that says false', { $async: false }, '/inputSchema/$async'],
    ['in a property', { properties: { a: { $async: true } } }, '/inputSchema/properties/a/$async'],
    ['in a definition', { $defs: { x: { $async: true } }, $ref: '#/$defs/x' }, '/inputSchema/$defs/x/$async'],
    ['in a list', { anyOf: [true, { not: { $async: true } }] }, '/inputSchema/anyOf/1/not/$async'],
    ['in what no keyword knows', { 'x/y~': { $async: true } }, '/inputSchema/x~1y~0/$async'],
  ])('is refused: %s', (_name, schema, pointer) => {
    expect(faultsOf(schema)).toEqual([`${pointer} unsupported`]);
  });

  it('that is stored lets no value pass, and leaves no rejection behind', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', note);
    try {
      const schema = JSON.stringify({ $async: true, type: 'string' });
      for (const value of ['1', '"fits"']) {
        expect(misfits(schema, value, '/input')).toMatchObject([{ pointer: '/input', code: 'schema' }]);
      }
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('unhandledRejection', note);
    }
    expect(rejections).toEqual([]);
  });

  it('in a reference lets no value pass', () => {
    const schema = JSON.stringify({ $ref: '#/$defs/x', $defs: { x: { $async: true, type: 'string' } } });
    expect(() => misfits(schema, '1', '/input')).toThrow('async schema');
  });
});

describe('a schema without "$async"', () => {
  it('gives a verdict', () => {
    expect(faultsOf({ type: 'string' })).toEqual([]);
    expect(misfits('{"type":"string"}', '1', '/input')).toMatchObject([{ pointer: '/input', code: 'type' }]);
    expect(misfits('{"type":"string"}', '"a"', '/input')).toEqual([]);
    expect(misfits('false', '1', '/input')).toHaveLength(1);
  });
});
