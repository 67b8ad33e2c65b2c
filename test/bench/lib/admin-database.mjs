import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';

/** Connects as the superuser to the embedded database of an installation, to fill it. The caller ends the connection. */
export async function adminDatabase(installation) {
  const client = new pg.Client({ connectionString: urlOf(installation, 'postgres', 'admin') });
  await client.connect();
  return client;
}

/** The URL of the application's role in the embedded database of an installation. */
export const appDatabaseUrl = (installation) => urlOf(installation, 'coresdk_app', 'app');

/** The superuser's URL for another database on the embedded server. */
export const adminDatabaseUrl = (installation, database) => urlOf(installation, 'postgres', 'admin', database);

function urlOf({ dataDir }, role, name, database = 'coresdk') {
  const control = path.join(dataDir, 'postgres-control');
  const passwords = JSON.parse(readFileSync(path.join(control, 'credentials.json'), 'utf8'));
  const port = readFileSync(path.join(control, 'port'), 'utf8').trim();
  return `postgresql://${role}:${passwords[name]}@127.0.0.1:${port}/${database}`;
}
