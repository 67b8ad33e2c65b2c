import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Steps of jobs are kept here, and not by DBOS any more. What only the version before uses stays for one more release: the
 * functions jobs.claim, jobs.nudge and jobs.resume_run, and the schema dbos where there is one.
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
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
