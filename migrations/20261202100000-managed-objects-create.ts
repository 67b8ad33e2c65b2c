import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates the marks of objects that configurations manage. */
export class ManagedObjectsCreate1796205600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA managed_objects;
      GRANT USAGE ON SCHEMA managed_objects TO coresdk_app;
      CREATE TABLE managed_objects.objects (
        tenant_id text NOT NULL,
        -- The place in lists: the SHA-256 of the kind and the key, in hex. Keys can be too long for an index.
        place text NOT NULL,
        kind text NOT NULL,
        key text NOT NULL,
        managed_by text NOT NULL,
        object_id text,
        change_set text,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, place)
      );
      ALTER TABLE managed_objects.objects ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON managed_objects.objects
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON managed_objects.objects TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
