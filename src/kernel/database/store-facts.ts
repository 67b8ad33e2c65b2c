import type { Database } from './database';
import { databaseErrorCode } from './database-errors';

/** Facts that a store reports about itself. */
export interface StoreFacts {
  /** Version such as `18.4`. */
  readonly version: string;
  readonly majorVersion: number;
  /** The role of this connection. */
  readonly role: string;
  readonly isReplica: boolean;
  readonly connections: { readonly used: number; readonly most: number };
  /**
   * The offset of the server's clock from this machine's clock in milliseconds (positive if the server's clock is ahead), and the
   * precision.
   */
  readonly clock: { readonly aheadMs: number; readonly exactToMs: number };
  readonly hasSchema: boolean;
}

/** Facts about the transactions that hold back the change feed's horizon, which is the oldest transaction that can still write. */
export interface Horizon {
  /** Age of the oldest transaction that is visible to this role; `null` if there are no open transactions. */
  readonly oldestSeconds: number | null;
  /** Number of prepared transactions, which stay open until an operator ends them. */
  readonly prepared: number;
}

const ROUNDS = 5;

/** Queries the facts. Errors: `unavailable`. */
export async function readStoreFacts(database: Database): Promise<StoreFacts> {
  const row = await database.platform().one<
    Omit<StoreFacts, 'clock' | 'connections'> & { used: number; most: number }
  >(`
    SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
      current_setting('server_version_num')::int / 10000 AS "majorVersion", current_user::text AS role,
      pg_is_in_recovery() AS "isReplica", (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend')
      AS used, current_setting('max_connections')::int AS most,
      EXISTS (SELECT FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
        WHERE n.nspname = 'kernel' AND c.relname = 'migrations') AS "hasSchema"`);
  const { used, most, ...facts } = row;
  return { ...facts, connections: { used, most }, clock: await clockDifference(database) };
}

/** Returns the clock difference from the fastest of several round trips. The maximum error is half that round trip's duration. */
async function clockDifference(database: Database): Promise<StoreFacts['clock']> {
  let best = { aheadMs: 0, exactToMs: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round++) {
    const [sentAt, began] = [Date.now(), performance.now()];
    const row = await database
      .platform()
      .maybeOne<{ now: number }>('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now');
    const halfMs = (performance.now() - began) / 2;
    if (row && halfMs < best.exactToMs) best = { aheadMs: row.now - (sentAt + halfMs), exactToMs: halfMs };
  }
  return best;
}

/** Returns the names of the migrations in the store; `null` if the store has no schema. */
export async function readMigrations(database: Database): Promise<readonly string[] | null> {
  try {
    const rows = await database.platform().rows<{ name: string }>('SELECT name FROM kernel.migrations ORDER BY id');
    return rows.map(({ name }) => name);
  } catch (error) {
    // undefined_table, invalid_schema_name
    if (['42P01', '3F000'].includes(databaseErrorCode(error))) return null;
    throw error;
  }
}

/** Queries the transactions that hold back the change feed's horizon. */
export async function readHorizon(database: Database): Promise<Horizon> {
  const row = await database.platform().maybeOne<Horizon>(`
    SELECT (SELECT extract(epoch FROM max(clock_timestamp() - xact_start))::float8 FROM pg_stat_activity
        WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()) AS "oldestSeconds",
      (SELECT count(*)::int FROM pg_prepared_xacts WHERE database = current_database()) AS prepared`);
  return row ?? { oldestSeconds: null, prepared: 0 };
}
