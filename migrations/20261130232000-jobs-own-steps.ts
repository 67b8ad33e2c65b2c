import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds a table for the steps of jobs, which DBOS kept before. The functions jobs.claim, jobs.nudge and jobs.resume_run, which only
 * the previous version uses, stay for one more release, and so does the schema dbos if there is one, with its trigger.
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

      DO $$
      BEGIN
        IF to_regnamespace('dbos') IS NULL THEN
          DROP TRIGGER forget_run ON jobs.jobs;
          DROP FUNCTION jobs.forget_run();
        END IF;
      END $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
