import { type Connection, type PoolClient, Query } from 'pg';
import type { Answer, Statement } from './sql';

/** Answers no row: what a statement before the caller's answers is not the caller's. */
const SET_TENANT = { name: 'tenant', text: `SELECT WHERE set_config('app.tenant_id', $1, true) IS NULL`, types: [] };

/** Connections that have prepared {@link SET_TENANT}. */
const ready = new WeakSet<Connection>();

/**
 * Runs one statement with the tenant set, in one round trip: both go out before the one Sync, and so are one transaction,
 * which that Sync commits (PostgreSQL manual, "Pipelining"). BEGIN, the setting, the statement and COMMIT on their own
 * are four round trips, of about 20 µs of processor time here and more of waiting there. After an error the connection
 * is not to be used again.
 * @returns the answer, once it is committed.
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
      // Extended also without values: a simple query between the others would be a transaction of its own. Set here, for
      // the driver copies a configuration property by property.
      Object.assign(query, { name, queryMode: 'extended' });
      const submitStatement = query.submit.bind(query);
      // By a name: V8 takes a function that is written where a member is set for long-lived, and with it the statement and
      // all its values, until it next looks through what is old.
      const submit = (connection: Connection): void => {
        connection.stream.cork();
        try {
          submitTenant(connection, tenantId);
          // A fault that the driver finds is what it returns.
          return submitStatement(connection);
        } finally {
          connection.stream.uncork();
        }
      };
      query.submit = submit;
      client.query(query);
    });
    // The driver gives a list, for there were two statements.
    return (results as readonly [Answer, Answer])[1];
  } catch (error) {
    // The driver's own stack ends at its socket; this one has the callers.
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
