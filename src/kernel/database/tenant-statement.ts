import { type Connection, type PoolClient, Query } from 'pg';
import type { Answer, Statement } from './sql';

/** Does not return a row, so that it does not add to the result of the caller's statement. */
const SET_TENANT = { name: 'tenant', text: `SELECT WHERE set_config('app.tenant_id', $1, true) IS NULL`, types: [] };

/** Connections that have prepared {@link SET_TENANT}. */
const ready = new WeakSet<Connection>();

/**
 * Runs one statement with the tenant set, in one round trip. Both statements precede a single Sync, so they form one transaction, which
 * that Sync commits (PostgreSQL manual, "Pipelining"). A separate BEGIN, setting, statement and COMMIT would take four round trips, each
 * about 20 µs of processor time in this process, plus additional waiting on the server. Do not use the connection again after an error.
 * @returns the result, once it is committed.
 */
export async function tenantStatement(
  client: PoolClient,
  tenantId: string,
  statement: Statement,
  values: readonly unknown[],
): Promise<Answer> {
  const { text, name } = typeof statement === 'string' ? { text: statement, name: undefined } : statement;
  try {
    const results = await new Promise<unknown>((resolve, reject) => {
      const query = new Query(text, [...values], (error, result: unknown) => {
        if (error) reject(error);
        else resolve(result);
      });
      // Uses the extended protocol even without values, because a simple query between the others would be a separate transaction. It is
      // set here because the driver copies a configuration property by property.
      Object.assign(query, { name, queryMode: 'extended' });
      const submitStatement = query.submit.bind(query);
      // A named function. V8 treats a function expression in an assignment to a member as long-lived, and therefore keeps the statement and
      // all its values until it next collects old objects.
      const submit = (connection: Connection): void => {
        connection.stream.cork();
        try {
          submitTenant(connection, tenantId);
          // The driver returns a fault that it detects.
          return submitStatement(connection);
        } finally {
          connection.stream.uncork();
        }
      };
      query.submit = submit;
      client.query(query);
    });
    // The driver returns a list because there were two statements.
    return (results as readonly [Answer, Answer])[1];
  } catch (error) {
    // The driver's own stack trace ends at its socket; this stack trace includes the callers.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }
}

function submitTenant(connection: Connection, tenantId: string): void {
  if (!ready.has(connection)) connection.parse(SET_TENANT, true);
  ready.add(connection);
  connection.bind({ statement: SET_TENANT.name, values: [tenantId] }, true);
  connection.execute({}, true);
}
