import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds the origins whose pages may call the API with an app's tokens. A single-page app gets the origins of its redirect URIs, which is the
 * default for new apps.
 */
export class AppsAllowedOrigins1796158800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE apps.apps ADD COLUMN allowed_origins text[] NOT NULL DEFAULT '{}';
      -- Row security would hide all rows from the owner's UPDATE.
      ALTER TABLE apps.apps NO FORCE ROW LEVEL SECURITY;
      UPDATE apps.apps SET allowed_origins = ARRAY(
        SELECT DISTINCT substring(uri FROM '^https?://[^/?#]+') FROM unnest(redirect_uris) AS uri WHERE uri ~ '^https?://' ORDER BY 1)
      WHERE app_type = 'spa';
      ALTER TABLE apps.apps FORCE ROW LEVEL SECURITY;
      CREATE INDEX apps_with_origins ON apps.apps (client_id) INCLUDE (allowed_origins) WHERE allowed_origins <> '{}';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
