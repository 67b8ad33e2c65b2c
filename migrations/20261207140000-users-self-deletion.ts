import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the rule by which users can delete their own accounts. */
export class UsersSelfDeletion1796652000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE users.account_rules ADD COLUMN self_deletion boolean NOT NULL DEFAULT false`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
