import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';

/** A connection of the superuser to the embedded database of an installation, for filling it; end it. */
export async function adminDatabase({ dataDir }) {
  const control = path.join(dataDir, 'postgres-control');
  const { admin } = JSON.parse(readFileSync(path.join(control, 'credentials.json'), 'utf8'));
  const port = readFileSync(path.join(control, 'port'), 'utf8').trim();
  const client = new pg.Client({ connectionString: `postgresql://postgres:${admin}@127.0.0.1:${port}/coresdk` });
  await client.connect();
  return client;
}
