import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that jobs leave: what they are, and that their bytes go with the job. */
export class JobsOutputs1795779060000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE jobs.outputs ADD COLUMN content_type text NOT NULL DEFAULT 'application/octet-stream';

      CREATE FUNCTION jobs.let_outputs_go() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        PERFORM files.let_go(array_agg(gone.tenant_id), array_agg(gone.id)) FROM gone HAVING count(*) > 0;
        RETURN NULL;
      END $$;
      CREATE TRIGGER let_outputs_go AFTER DELETE ON jobs.jobs REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION jobs.let_outputs_go();
      REVOKE ALL ON FUNCTION jobs.let_outputs_go() FROM PUBLIC;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
