import { OwnConnection } from '../database/own-connection';
import { BackupFault } from './manifest';

const CONNECT_MS = 15_000;

/**
 * Opens a connection that bypasses row security. Otherwise, rows that it could not see would silently be missing from the backup.
 * Statements have no time limit. Throws a `BackupFault` for a role that is subject to row security.
 */
export async function privilegedConnection(url: string): Promise<OwnConnection> {
  const connection = await OwnConnection.open(url, {
    applicationName: 'coresdk-backup',
    connectsWithinMs: CONNECT_MS,
    settings: '-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c row_security=off',
  });
  const { passes, role } = await connection.one<{ passes: boolean; role: string }>(
    'SELECT rolsuper OR rolbypassrls AS passes, rolname::text AS role FROM pg_roles WHERE rolname = current_user',
  );
  if (passes) return connection;
  await connection.close();
  throw new BackupFault(
    `Row security hides all rows from the role ${role}. DATABASE_BACKUP_URL needs a role with BYPASSRLS that is a member of coresdk_owner.`,
  );
}
