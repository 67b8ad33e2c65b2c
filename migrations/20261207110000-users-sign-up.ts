import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the rules by which people create their own accounts. */
export class UsersSignUp1796641200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users.account_rules
        ADD COLUMN sign_up text NOT NULL DEFAULT 'invite',
        ADD COLUMN sign_up_domains text[] NOT NULL DEFAULT '{}',
        ADD COLUMN sign_up_role text NOT NULL DEFAULT 'viewer',
        ADD COLUMN terms_url text;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
