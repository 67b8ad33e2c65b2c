import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds values that administrators attach to an app, such as a plan, for claims and policies. */
export class AppsMetadata1796281800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE apps.apps ADD COLUMN metadata jsonb NOT NULL DEFAULT '{}'`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
