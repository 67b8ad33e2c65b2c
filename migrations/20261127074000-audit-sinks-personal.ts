import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a sink is given personal fields in plain, which a platform administrator says, and whether it has as much as it may. */
export class AuditSinksPersonal1795765200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE audit_sinks.sinks
        ADD COLUMN include_personal boolean NOT NULL DEFAULT false,
        ADD COLUMN is_full boolean NOT NULL DEFAULT false;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
