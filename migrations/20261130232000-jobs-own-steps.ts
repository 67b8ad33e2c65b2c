import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Steps of jobs are kept here, and not by DBOS any more. What only earlier builds use goes too, unless a worker of one of
 * them still lives: it goes with the next release then.
 */
export class JobsOwnSteps1796080800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE jobs.steps (
        tenant_id text NOT NULL,
        job_id text NOT NULL,
        number int NOT NULL,
        name text NOT NULL,
        result jsonb,
        PRIMARY KEY (tenant_id, job_id, number)
      );
      ALTER TABLE jobs.steps ENABLE ROW LEVEL SECURITY;
      ALTER TABLE jobs.steps FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON jobs.steps
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON jobs.steps TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, DELETE ON jobs.steps TO coresdk_app;

      DROP TRIGGER forget_run ON jobs.jobs;
      DROP FUNCTION IF EXISTS jobs.forget_run();
      DELETE FROM kernel.sql_functions WHERE name = 'jobs.forget_run';

      DO $$
      BEGIN
        IF NOT EXISTS (SELECT FROM jobs.executors WHERE gone_at IS NULL AND beat_at > now() - interval '15 minutes') THEN
          DROP FUNCTION IF EXISTS jobs.claim(text, int, jsonb, int, text, int);
          DROP FUNCTION IF EXISTS jobs.nudge(text, text, int, text, int);
          DROP FUNCTION IF EXISTS jobs.resume_run(text, text, int, boolean, boolean);
          DELETE FROM kernel.sql_functions WHERE name IN ('jobs.claim', 'jobs.nudge', 'jobs.resume_run');
          DROP SCHEMA IF EXISTS dbos CASCADE;
        END IF;
      END $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
