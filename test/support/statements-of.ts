import type { Pool, PoolClient } from 'pg';
import type { Database } from '../../src/kernel/database/database';

/**
 * Records the statements that a process sends to its store, in order: by name if they have one, otherwise by text. Includes `BEGIN`
 * and `COMMIT`.
 */
export function statementsOf(database: Database): readonly string[] {
  const sent: string[] = [];
  const known = new WeakSet<PoolClient>();
  const pool = Reflect.get(database, 'pool') as Pool;
  pool.on('acquire', (client) => {
    if (known.has(client)) return;
    known.add(client);
    const query = client.query.bind(client) as (...values: readonly unknown[]) => unknown;
    const noting = (...values: readonly unknown[]): unknown => {
      const [first] = values as readonly [string | { readonly name?: string; readonly text: string }];
      sent.push(typeof first === 'string' ? first : (first.name ?? first.text));
      return query(...values);
    };
    Object.assign(client, { query: noting });
  });
  return sent;
}
