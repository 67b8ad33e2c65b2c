import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keeps the principal that registered a version whose code runs with its owner's rights; NULL for all others. */
export class SkillsKeepOwners1795944180000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE skills.versions ADD COLUMN principal jsonb');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
