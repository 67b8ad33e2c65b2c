import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lets a tenant have its successful plain reads recorded in aggregate; until it says so, each has a record. */
export class AuditReadsInAggregate1795968720000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE audit.retention ADD COLUMN reads text NOT NULL DEFAULT 'each' CHECK (reads IN ('each', 'aggregated'));
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
