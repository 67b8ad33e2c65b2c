import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the tenant to the foreign keys of apps: deleting an app can only cascade to rows of the same tenant. */
export class AppsKeysOfTenants1796078400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE UNIQUE INDEX apps_key_of_tenant ON apps.apps (tenant_id, client_id)');
    await runner.query('DROP INDEX apps.apps_of_tenant');
    for (const table of ['secrets', 'self_registered']) {
      await runner.query(`
        ALTER TABLE apps.${table} ADD CONSTRAINT ${table}_app_fkey
          FOREIGN KEY (tenant_id, client_id) REFERENCES apps.apps (tenant_id, client_id) ON DELETE CASCADE NOT VALID;
        ALTER TABLE apps.${table} VALIDATE CONSTRAINT ${table}_app_fkey;
        ALTER TABLE apps.${table} DROP CONSTRAINT ${table}_client_id_fkey;
      `);
    }
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
