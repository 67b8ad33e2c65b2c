import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which history of the store a process reads from. After a failover or a crash the store may give the ids of transactions
 * that were lost to others, so that what a process knows by such ids counts within one history only.
 */
export class KernelServerHistory1795966500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The server's system identifier, start and timeline. The control file learns of a new timeline only at the next
      -- checkpoint; the name of the file that is written now has it at once.
      CREATE FUNCTION kernel.server_history() RETURNS text
        LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
        SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()), extract(epoch FROM pg_postmaster_start_time()),
          CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END)
      $$;
      REVOKE ALL ON FUNCTION kernel.server_history() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION kernel.server_history() TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
