import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the time for which users can choose to stay signed in. */
export class UsersStaySignedIn1796648400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE users.account_rules ADD COLUMN stay_days int`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
