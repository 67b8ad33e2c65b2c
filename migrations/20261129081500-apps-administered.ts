import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Marks apps that registered themselves and that an administrator has changed since. Of apps that were changed before, nothing
 * tells by whom: they count as changed by an administrator, so that none undoes what one took away.
 */
export class AppsAdministered1795940100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE apps.self_registered ADD COLUMN administered_at timestamptz;
      UPDATE apps.self_registered AS r SET administered_at = a.updated_at
      FROM apps.apps AS a WHERE a.client_id = r.client_id AND a.updated_at > a.created_at;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
