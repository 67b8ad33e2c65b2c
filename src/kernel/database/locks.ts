import type { Sql, Tx } from './sql';

/**
 * Advisory locks of the whole installation, by their numbers: at any moment one transaction, or one session, has each. What
 * one bounds is a ceiling for all tenants together, however many processes there are.
 */
export const GLOBAL_LOCKS = {
  /** One process brings the schema up to its build, at start. A session's. */
  migrations: 4_107_331,
  /** One process makes or rotates signing keys; some times a day. */
  signingKeys: 4_107_332,
  /**
   * `jobs.take`, and `jobs.submit` where a job is run as it is submitted: who takes jobs sees what the others run, so that no
   * tenant has more than its share. Ceiling: as many batches of jobs as `jobs.take` takes milliseconds of the server (1.2 ms in the bench), so about 800 batches a second.
   */
  jobClaims: 4_107_333,
  /** `token_events.make_days`: one process makes the partitions of the coming days; some times an hour. */
  tokenEventDays: 4_107_340,
  /** `events.make_days`: the same of events. */
  eventDays: 4_107_341,
  /** `audit.ensure_partitions`: the same of the audit log's months. */
  auditMonths: 4_107_342,
  /** `audit.drop_expired`: one process drops what is kept no longer; others do not wait. */
  auditRetention: 4_107_343,
  /**
   * `events.move_staged`: one process at a time numbers events, so that no number appears below one that was read. Others
   * do not wait. Ceiling: about 20,000 events a second.
   */
  eventMoves: 4_107_344,
  /** `token_events.move_staged`: the same of token events. */
  tokenEventMoves: 4_107_345,
  /** `rate_limit.prune`: one process forgets counters that are full again; others do not wait. */
  rateLimitPruning: 7_340_023,
  /** `entitlements.lock_plans`: plans stay as they are while a licence is written; some times a day. */
  plans: 7_340_032,
} as const;

export type GlobalLock = keyof typeof GLOBAL_LOCKS;

/** A lock of one tenant's writes is named after the table that they are to. Nobody waits for another tenant. */
export type TableName = `${string}.${string}`;

/** Takes a lock of the installation until the transaction ends. */
export async function lockGlobally(tx: Tx, lock: GlobalLock): Promise<void> {
  await tx.run('SELECT pg_advisory_xact_lock($1)', [GLOBAL_LOCKS[lock]]);
}

/** Waits for a lock of the installation and takes it for a session, until that ends. */
export async function lockSession(session: Sql, lock: GlobalLock): Promise<void> {
  await session.run('SELECT pg_advisory_lock($1)', [GLOBAL_LOCKS[lock]]);
}

/**
 * Takes the lock of a tenant's writes to a table until the transaction ends: for what is only right when nobody else writes,
 * such as a limit on how many rows there are.
 * @param tenantId `null` for the installation's own of the same kind, such as defaults.
 */
export async function lockTenant(tx: Tx, table: TableName, tenantId: string | null): Promise<void> {
  await tx.run('SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))', [table, tenantId ?? '']);
}

/** Waits only for who takes the lock by {@link lockTenant}, and keeps those waiting until the transaction ends. */
export async function lockTenantShared(tx: Tx, table: TableName, tenantId: string | null): Promise<void> {
  await tx.run('SELECT pg_advisory_xact_lock_shared(hashtext($1), hashtext($2))', [table, tenantId ?? '']);
}
