import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the position up to which triggers were matched. While it is NULL, `place` of the previous version counts. */
export class WorkflowsTakeInByPosition1796076240000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE workflows.intake ADD COLUMN feed_place text');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
