import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Plans belong to the installation and are reached by functions only; what a tenant has of its own is behind the wall. The
 * three plans that tenants can be made with are there from the beginning, and their contents are the installation's to change.
 */
export class EntitlementsCreate1795754100000 implements MigrationInterface {
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

      -- Another plan than the tenant's own, or an end of it.
      CREATE TABLE entitlements.licences (
        tenant_id text PRIMARY KEY,
        plan text NOT NULL,
        expires_at timestamptz,
        note text NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );

      -- What a tenant has beside its plan, or has not though the plan says so.
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
      GRANT SELECT, INSERT, UPDATE, DELETE ON entitlements.licences, entitlements.overrides TO coresdk_app;
    `);
    for (const table of ['plans', 'licences', 'overrides']) {
      await runner.query(`
        ALTER TABLE entitlements.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE entitlements.${table} FORCE ROW LEVEL SECURITY;
      `);
    }
    for (const table of ['licences', 'overrides']) {
      await runner.query(`
        CREATE POLICY tenant_wall ON entitlements.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      `);
    }
    await runner.query(`
      CREATE POLICY owner_functions ON entitlements.plans TO CURRENT_USER USING (true) WITH CHECK (true);
      CREATE POLICY owner_functions ON entitlements.licences TO CURRENT_USER USING (true) WITH CHECK (true);

      INSERT INTO entitlements.plans (name, definition) VALUES
        ('free', '{"description": "To try things out.", "features": [],
          "limits": {"seats": 5, "projects": 3, "files.bytes": 1073741824, "requests.month": 100000}}'),
        ('pro', '{"description": "For teams.", "features": ["audit.export"],
          "limits": {"seats": 50, "projects": 100, "files.bytes": 107374182400, "requests.month": 5000000}}'),
        ('enterprise', '{"description": "For companies.", "features": ["audit.export", "saml", "scim"],
          "limits": {"seats": null, "projects": null, "files.bytes": null, "requests.month": null}}');

      CREATE FUNCTION entitlements.plans_after(after_name text, at_most int) RETURNS SETOF entitlements.plans
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT * FROM entitlements.plans p WHERE p.name > after_name ORDER BY p.name LIMIT at_most
      $$;

      CREATE FUNCTION entitlements.plan(wanted text) RETURNS SETOF entitlements.plans
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT * FROM entitlements.plans p WHERE p.name = wanted
      $$;

      -- One writer of plans after the other, until the end of its transaction; how many plans there are then.
      CREATE FUNCTION entitlements.lock_plans() RETURNS int
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(7340032);
        RETURN (SELECT count(*) FROM entitlements.plans);
      END $$;

      CREATE FUNCTION entitlements.put_plan(new_name text, new_definition jsonb) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        INSERT INTO entitlements.plans AS p (name, definition) VALUES (new_name, new_definition)
        ON CONFLICT (name) DO UPDATE
          SET definition = excluded.definition, version = p.version + 1, updated_at = now()
      $$;

      CREATE FUNCTION entitlements.delete_plan(old_name text) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        DELETE FROM entitlements.plans p WHERE p.name = old_name
      $$;

      -- How many tenants have a licence of a plan: a number, and no names.
      CREATE FUNCTION entitlements.licences_of(wanted text) RETURNS int
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT count(*)::int FROM entitlements.licences l WHERE l.plan = wanted
      $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA entitlements FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA entitlements TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
