import { registerSchema, unregisterSchema } from '@hyperjump/json-schema/draft-2020-12';
import { buildSchemaDocument, compile, getSchema } from '@hyperjump/json-schema/experimental';
import { browserOf } from './json-schema-browser';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const OWN = 'https://example.com/own';
const OTHER = 'https://example.com/other';

async function compiled(schema: object) {
  return compile(await getSchema(OWN, browserOf(OWN, buildSchemaDocument({ ...schema }, OWN, DIALECT))));
}

describe('browserOf', () => {
  afterEach(() => unregisterSchema(OWN));

  it('finds its document even if another document is registered under the same URI', async () => {
    registerSchema({ type: 'string' }, OWN, DIALECT);
    const { ast } = await compiled({ type: 'integer' });
    expect(JSON.stringify(ast)).toContain('integer');
    expect(JSON.stringify(ast)).not.toContain('string"');
  });

  it('finds no other document', async () => {
    await expect(compiled({ $ref: OTHER })).rejects.toThrow(OTHER);
  });
});
