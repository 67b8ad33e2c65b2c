import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keeps with each job and schedule the authority that it runs under, and why a schedule was paused by the platform. Rows
 * from before have no principal: theirs is derived from `submitted_by` and `created_at` when they run.
 */
export class JobsKeepPrincipals1795938480000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE jobs.jobs
        ADD COLUMN principal jsonb,
        -- When it was last asked, besides at its beginning, whether its authority stands.
        ADD COLUMN authority_checked_at timestamptz;
      ALTER TABLE jobs.schedules
        ADD COLUMN principal jsonb,
        -- NULL unless the platform paused it: the authority that it runs under has ended.
        ADD COLUMN pause_reason text,
        -- Somebody who was asked to take it over, and has not yet.
        ADD COLUMN pending_owner jsonb,
        ADD COLUMN authority_checked_at timestamptz;

      -- Takes open jobs whose authority was not asked about for so long: those that run, and those that wait.
      CREATE FUNCTION jobs.claim_standing_jobs(running_seconds int, waiting_seconds int, at_most int)
        RETURNS SETOF jobs.jobs LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        UPDATE jobs.jobs AS j SET authority_checked_at = clock_timestamp() WHERE j.ctid = ANY (ARRAY(
          SELECT o.ctid FROM jobs.jobs AS o
          WHERE (o.place = 'held' AND coalesce(o.authority_checked_at, o.started_at, o.created_at)
              < clock_timestamp() - make_interval(secs => running_seconds))
            OR (o.place = 'delayed' AND coalesce(o.authority_checked_at, o.created_at)
              < clock_timestamp() - make_interval(secs => waiting_seconds))
            OR (o.place = 'ready' AND coalesce(o.authority_checked_at, o.created_at)
              < clock_timestamp() - make_interval(secs => waiting_seconds))
          LIMIT at_most FOR UPDATE SKIP LOCKED)) RETURNING j.*
      $$;

      -- The same of schedules that are due some time.
      CREATE FUNCTION jobs.claim_standing_schedules(waiting_seconds int, at_most int)
        RETURNS TABLE (tenant_id text, id text) LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        UPDATE jobs.schedules AS s SET authority_checked_at = clock_timestamp() WHERE s.ctid = ANY (ARRAY(
          SELECT o.ctid FROM jobs.schedules AS o WHERE o.next_at IS NOT NULL
            AND coalesce(o.authority_checked_at, o.updated_at) < clock_timestamp() - make_interval(secs => waiting_seconds)
          LIMIT at_most FOR UPDATE SKIP LOCKED)) RETURNING s.tenant_id, s.id
      $$;

      REVOKE ALL ON FUNCTION jobs.claim_standing_jobs(int, int, int) FROM PUBLIC;
      REVOKE ALL ON FUNCTION jobs.claim_standing_schedules(int, int) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION jobs.claim_standing_jobs(int, int, int) TO coresdk_app;
      GRANT EXECUTE ON FUNCTION jobs.claim_standing_schedules(int, int) TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
