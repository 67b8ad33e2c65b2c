import { Client } from 'pg';
import { BackupFault } from './manifest';

const CONNECT_MS = 15_000;

/**
 * A connection that row security does not bind: what it did not see would be missing from the backup without a word.
 * Statements may take as long as they take. Throws a `BackupFault` for a role that is bound.
 */
export async function privilegedClient(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: 'coresdk-backup',
    connectionTimeoutMillis: CONNECT_MS,
    options: '-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c row_security=off',
  });
  // A lost connection fails the statement that runs.
  client.on('error', () => undefined);
  await client.connect();
  const sql =
    'SELECT rolsuper OR rolbypassrls AS passes, rolname::text AS role FROM pg_roles WHERE rolname = current_user';
  const { rows } = await client.query<{ passes: boolean; role: string }>(sql);
  if (rows[0]?.passes === true) return client;
  await client.end();
  throw new BackupFault(
    `The role ${rows[0]?.role ?? ''} is bound by row security and would see nothing. DATABASE_BACKUP_URL needs a role with BYPASSRLS that is a member of coresdk_owner.`,
  );
}
