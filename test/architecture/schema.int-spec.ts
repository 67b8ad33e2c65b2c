import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { schemaText } from '../support/schema-text';
import { createTestDatabase } from '../support/test-database';

const FILE = path.resolve(__dirname, '../../migrations/schema.sql');
const HEAD = `-- The schema of a fresh database. Written by: UPDATE=1 npx jest test/architecture/schema\n\n`;

it('migrations/schema.sql is the schema that the migrations and functions create in an empty database', async () => {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  try {
    const text = HEAD + (await schemaText(client));
    if (process.env['UPDATE'] === '1') writeFileSync(FILE, text);
    expect(text).toBe(readFileSync(FILE, 'utf8'));
  } finally {
    await client.end();
    await database.drop();
  }
});
