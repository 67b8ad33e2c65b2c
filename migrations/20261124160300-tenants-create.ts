import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TenantsCreate1795536180000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA tenants;
      GRANT USAGE ON SCHEMA tenants TO coresdk_app;

      CREATE TABLE tenants.tenants (
        id text PRIMARY KEY,
        slug text NOT NULL UNIQUE,
        name text NOT NULL,
        plan text NOT NULL,
        status text NOT NULL,
        logo_uri text,
        color text,
        settings jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      ALTER TABLE tenants.tenants ENABLE ROW LEVEL SECURITY;
      ALTER TABLE tenants.tenants FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON tenants.tenants
        USING (id = kernel.current_tenant()) WITH CHECK (id = kernel.current_tenant());
      CREATE POLICY owner_functions ON tenants.tenants FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE ON tenants.tenants TO coresdk_app;

      -- Before the tenant is known: the id of a slug.
      CREATE FUNCTION tenants.id_of_slug(wanted text) RETURNS text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT id FROM tenants.tenants WHERE slug = wanted
      $$;

      -- For platform administrators: the ids after one, oldest first.
      CREATE FUNCTION tenants.ids_after(after text, page_size int) RETURNS SETOF text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT id FROM tenants.tenants WHERE id > after ORDER BY id LIMIT page_size
      $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tenants FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tenants TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
