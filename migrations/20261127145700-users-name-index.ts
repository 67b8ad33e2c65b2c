import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The name to sign in by, as an index that row security lets be used. Only what is known to tell nothing is looked at before
 * the wall, and `coalesce` is not known so, as `CASE` is: a search by the name went through all users.
 */
export class UsersNameIndex1795791420000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX users.users_user_name;
      CREATE UNIQUE INDEX users_user_name ON users.users
        (tenant_id, (CASE WHEN user_name_key IS NULL THEN email_key ELSE user_name_key END COLLATE "C"));
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
