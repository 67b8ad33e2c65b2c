import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What else a grant remembers: the resources that were agreed to, and that anything was to be remembered at all. */
export class OauthConsentResources1795559460000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE oauth.grants
        ADD COLUMN resources text[] NOT NULL DEFAULT '{}',
        ADD COLUMN remembered_resources text[] NOT NULL DEFAULT '{}',
        -- An app that asks for no scope has none to be remembered.
        ADD COLUMN remembered boolean NOT NULL DEFAULT false;
      UPDATE oauth.grants SET remembered = true WHERE remembered_scopes <> '{}';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
