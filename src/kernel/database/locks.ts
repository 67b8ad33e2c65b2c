import type { Sql, Tx } from './sql';

/**
 * Advisory locks for the whole installation, by number. Only one transaction or session at a time holds each lock. A lock limits the
 * combined throughput of all tenants, regardless of the number of processes.
 */
export const GLOBAL_LOCKS = {
  /** One process migrates the schema, at startup. A session lock. */
  migrations: 4_107_331,
  /** One process creates or rotates signing keys, a few times a day. */
  signingKeys: 4_107_332,
  /**
   * Held by `jobs.take`, and by `jobs.submit` when a job starts on submission. The process that takes jobs sees which jobs other processes
   * are running, so that tenants do not exceed their shares. Ceiling: about 800 batches a second, because `jobs.take` holds the lock for
   * 1.2 ms in the benchmark.
   */
  jobClaims: 4_107_333,
  /** `token_events.make_days`: one process creates the partitions for the coming days, a few times an hour. */
  tokenEventDays: 4_107_340,
  /** `events.make_days`: the same purpose, for events. */
  eventDays: 4_107_341,
  /** `audit.ensure_partitions`: the same purpose, for the months of the audit log. */
  auditMonths: 4_107_342,
  /** `audit.drop_expired`: one process drops expired partitions; others do not wait. */
  auditRetention: 4_107_343,
  /**
   * `events.move_staged`: one process at a time numbers events, so that readers never miss a number lower than one that they have already
   * read. Others do not wait. Ceiling: about 20,000 events a second.
   */
  eventMoves: 4_107_344,
  /** `token_events.move_staged`: the same purpose, for token events. */
  tokenEventMoves: 4_107_345,
  /** `rate_limit.prune`: one process deletes counters that are back at their full allowance; others do not wait. */
  rateLimitPruning: 7_340_023,
  /** `entitlements.lock_plans`: plans do not change while a license is written, which happens a few times a day. */
  plans: 7_340_032,
} as const;

export type GlobalLock = keyof typeof GLOBAL_LOCKS;

/** The name of a lock on one tenant's writes: the table that they change. Tenants do not wait for each other. */
export type TableName = `${string}.${string}`;

/** Acquires an installation-wide lock until the end of the transaction. */
export async function lockGlobally(tx: Tx, lock: GlobalLock): Promise<void> {
  await tx.run('SELECT pg_advisory_xact_lock($1)', [GLOBAL_LOCKS[lock]]);
}

/** Waits for an installation-wide lock and holds it until the session ends. */
export async function lockSession(session: Sql, lock: GlobalLock): Promise<void> {
  await session.run('SELECT pg_advisory_lock($1)', [GLOBAL_LOCKS[lock]]);
}

/**
 * Acquires the lock on a tenant's writes to a table until the end of the transaction. Use it for checks that need exclusive writes, such as
 * a limit on the number of rows.
 * @param tenantId `null` for the installation's own rows, such as defaults.
 */
export async function lockTenant(tx: Tx, table: TableName, tenantId: string | null): Promise<void> {
  await tx.run('SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))', [table, tenantId ?? '']);
}

/**
 * Acquires the same lock in shared mode. It waits only for holders of {@link lockTenant}, and blocks them until the end of the transaction.
 */
export async function lockTenantShared(tx: Tx, table: TableName, tenantId: string | null): Promise<void> {
  await tx.run('SELECT pg_advisory_xact_lock_shared(hashtext($1), hashtext($2))', [table, tenantId ?? '']);
}
