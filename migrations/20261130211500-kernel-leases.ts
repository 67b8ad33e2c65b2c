import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Leases of what one process at a time does for the whole installation, reached by functions only. */
export class KernelLeases1796073300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kernel.leases (
        name text PRIMARY KEY,
        holder text NOT NULL,
        ends_at timestamptz NOT NULL
      );
      ALTER TABLE kernel.leases ENABLE ROW LEVEL SECURITY;
      ALTER TABLE kernel.leases FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON kernel.leases TO CURRENT_USER USING (true) WITH CHECK (true);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
