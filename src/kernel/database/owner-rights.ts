import { OwnConnection } from './own-connection';

const TIMEOUT_MS = 3_000;

/**
 * Returns whether a role is allowed to create or change the schema, either because it owns the schema or, if there is no schema yet,
 * because it has the right to create one. Errors: the driver's error, if the role cannot connect.
 */
export async function mayChangeSchema(ownerUrl: string): Promise<boolean> {
  const connection = await OwnConnection.open(ownerUrl, {
    applicationName: 'coresdk-doctor',
    connectsWithinMs: TIMEOUT_MS,
    answersWithinMs: TIMEOUT_MS,
  });
  try {
    const { may } = await connection.one<{ may: boolean }>(`
      SELECT CASE WHEN n.oid IS NULL THEN has_database_privilege(current_database(), 'CREATE')
        ELSE pg_has_role(n.nspowner, 'USAGE') END AS may
      FROM (SELECT) AS one LEFT JOIN pg_namespace n ON n.nspname = 'kernel'`);
    return may;
  } finally {
    await connection.close();
  }
}
