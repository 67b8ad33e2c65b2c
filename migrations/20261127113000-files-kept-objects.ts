import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Objects that other modules of the product keep for tenants, beside files: each until whatever it is held for is gone. */
export class FilesKeptObjects1795779000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What it is held for, such as the id of a job; and what it is, which for files their versions say.
      ALTER TABLE files.objects ADD COLUMN holder text, ADD COLUMN content_type text, ADD COLUMN sha256 bytea;
      CREATE INDEX objects_holder ON files.objects (tenant_id, holder) WHERE holder IS NOT NULL;
      DROP INDEX files.objects_of_nothing;
      CREATE INDEX objects_of_nothing ON files.objects (tenant_id)
        WHERE content_id IS NULL AND upload_id IS NULL AND holder IS NULL;

      CREATE OR REPLACE FUNCTION files.due_tenants(at_most int) RETURNS SETOF text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT tenant_id FROM (
          SELECT tenant_id FROM files.uploads WHERE expires_at <= now()
          UNION
          SELECT tenant_id FROM files.versions WHERE expires_at <= now()
          UNION
          SELECT tenant_id FROM files.objects WHERE content_id IS NULL AND upload_id IS NULL AND holder IS NULL
        ) AS due LIMIT at_most
      $$;

      -- What objects were held for is gone: the sweep drops them.
      DROP POLICY owner_functions ON files.objects;
      CREATE POLICY owner_functions ON files.objects TO CURRENT_USER USING (true) WITH CHECK (true);
      CREATE FUNCTION files.let_go(tenants text[], holders text[]) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        UPDATE files.objects AS o SET holder = NULL
        FROM unnest(tenants, holders) AS gone (tenant_id, holder)
        WHERE o.tenant_id = gone.tenant_id AND o.holder = gone.holder
      $$;
      REVOKE ALL ON FUNCTION files.let_go(text[], text[]) FROM PUBLIC;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
