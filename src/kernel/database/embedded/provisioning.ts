import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import {
  ADMIN_ROLE,
  APP_ROLE,
  type Credentials,
  DATABASE,
  OWNER_ROLE,
  type ServerAddress,
  urlFor,
} from './credentials';
import { codeOf, EmbeddedPostgresError, LostServerError, reasonOf } from './embedded-postgres.error';

const CONNECT_LIMIT_MS = 15_000;
/** System and PostgreSQL (class 57P) error codes for a server that is stopping or has stopped. */
const LOST = new Set(['ECONNRESET', 'ECONNREFUSED', 'ENOENT', 'EPIPE', '57P01', '57P02', '57P03']);

/**
 * Creates the two roles and the database if they are missing, so that the next start completes an interrupted start. The owner role changes
 * the schema. The application's role owns no objects and can only connect, so row security applies to it (it would not apply to an owner or
 * a BYPASSRLS role).
 */
export async function provision(server: ServerAddress, credentials: Credentials): Promise<void> {
  const client = new Client({
    connectionString: urlFor(ADMIN_ROLE, credentials.admin, server, 'postgres'),
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ owner: boolean; app: boolean; database: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS owner,
              EXISTS (SELECT FROM pg_roles WHERE rolname = $2) AS app,
              EXISTS (SELECT FROM pg_database WHERE datname = $3 AND NOT has_database_privilege('public', oid, 'CONNECT'))
                AS database`,
      [OWNER_ROLE, APP_ROLE, DATABASE],
    );
    const found = rows[0];
    if (found?.owner && found.app && found.database) return;
    // Otherwise, if one of these statements failed, the server would log it, including the password.
    await client.query(`SET log_min_error_statement = 'panic'`);
    if (!found?.owner) await createRole(client, OWNER_ROLE, credentials.owner);
    if (!found?.app) await createRole(client, APP_ROLE, credentials.app);
    await createDatabase(client);
  } catch (fault) {
    throw provisioningFault(fault);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createRole(client: Client, role: string, password: string): Promise<void> {
  const limits = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
  await client.query(`CREATE ROLE ${escapeIdentifier(role)} ${limits} PASSWORD ${escapeLiteral(password)}`);
}

async function createDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER_ROLE}`);
  await client.query(`GRANT CONNECT ON DATABASE ${DATABASE} TO ${APP_ROLE}`);
  await client.query(`REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC`);
}

function provisioningFault(fault: unknown): Error {
  if (codeOf(fault) === '28P01') {
    return new EmbeddedPostgresError(
      'the embedded database refuses the password in postgres-control/credentials.json: restore that file from the ' +
        'backup that belongs to this data',
      fault,
    );
  }
  if (codeOf(fault) === '53100') {
    return new EmbeddedPostgresError('the disk of the embedded database is full: free some space', fault);
  }
  const message = `the embedded database could not be set up: ${reasonOf(fault)}`;
  return isLost(fault) ? new LostServerError(message, fault) : new EmbeddedPostgresError(message, fault);
}

function isLost(fault: unknown): boolean {
  // pg does not set a code if a socket is closed properly in the middle of a message.
  return LOST.has(codeOf(fault) ?? '') || /Connection terminated/.test(reasonOf(fault));
}
