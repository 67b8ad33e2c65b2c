import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which function of the schema is there as which file of which build had it (files `sql/*.sql`). */
export class KernelSqlFunctions1796071500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kernel.sql_functions (
        name text PRIMARY KEY,
        sha256 text NOT NULL,
        version text NOT NULL,
        loaded_at timestamptz NOT NULL DEFAULT now()
      );
      GRANT SELECT ON kernel.sql_functions TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
