import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Plans belong to the installation and can be accessed only through functions. Row-level security protects the entries of each
 * tenant. The three plans for new tenants exist from the beginning; the installation can change their contents.
 */
export class EntitlementsBaseline1796084160000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA entitlements;
      GRANT USAGE ON SCHEMA entitlements TO coresdk_app;

      CREATE TABLE entitlements.plans (
        name text PRIMARY KEY,
        definition jsonb NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      ALTER TABLE entitlements.plans ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON entitlements.plans TO CURRENT_USER USING (true) WITH CHECK (true);
      INSERT INTO entitlements.plans (name, definition) VALUES
        ('free', '{"description": "To try things out.", "features": [],
          "limits": {"seats": 5, "projects": 3, "files.bytes": 1073741824, "requests.month": 100000}}'),
        ('pro', '{"description": "For teams.", "features": ["audit.export"],
          "limits": {"seats": 50, "projects": 100, "files.bytes": 107374182400, "requests.month": 5000000}}'),
        ('enterprise', '{"description": "For companies.", "features": ["audit.export", "saml", "scim"],
          "limits": {"seats": null, "projects": null, "files.bytes": null, "requests.month": null}}');

      -- Licenses: a plan other than the tenant's own, or an expiry date for the plan.
      CREATE TABLE entitlements.licences (
        tenant_id text PRIMARY KEY,
        plan text NOT NULL,
        expires_at timestamptz,
        note text NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      ALTER TABLE entitlements.licences ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON entitlements.licences
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON entitlements.licences TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON entitlements.licences TO coresdk_app;

      -- Entitlements that a tenant has in addition to its plan, or lacks although they are part of its plan.
      CREATE TABLE entitlements.overrides (
        tenant_id text NOT NULL,
        key text NOT NULL,
        entitled boolean NOT NULL,
        "limit" bigint,
        expires_at timestamptz,
        note text NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, key)
      );
      ALTER TABLE entitlements.overrides ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON entitlements.overrides
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON entitlements.overrides TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
