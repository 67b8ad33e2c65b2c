import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A grant to an application is to one registration of its client id, as the id can be registered again. Also what the
 * control plane asks at its start: where a new data key has not sealed everything yet.
 */
export class SecretsGrantRegistrations1795564500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The wall binds the owner too, who has no tenant here; it stands again before anybody else sees the tables.
    await runner.query(`
      ALTER TABLE secrets.grants NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE secrets.grants ADD COLUMN client_registered_at timestamptz;
      UPDATE secrets.grants g SET client_registered_at = date_trunc('milliseconds', a.created_at) FROM apps.apps a
        WHERE g.principal_type = 'client' AND a.tenant_id = g.tenant_id AND a.client_id = g.principal_id
          AND a.created_at <= g.created_at;
      -- Those of an application that is gone, whoever has its id now.
      DELETE FROM secrets.grants WHERE principal_type = 'client' AND client_registered_at IS NULL;
      ALTER TABLE secrets.grants ADD CHECK ((principal_type = 'client') = (client_registered_at IS NOT NULL));
      ALTER TABLE secrets.grants FORCE ROW LEVEL SECURITY;

      CREATE POLICY owner_functions ON secrets.versions FOR SELECT TO CURRENT_USER USING (true);

      -- Tenants alone, after the one that is named: those that have values sealed by a data key that is not the current one.
      CREATE FUNCTION secrets.tenants_to_reseal(after_id text, at_most int) RETURNS SETOF text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT DISTINCT k.tenant_id FROM sealing.tenant_keys k
        WHERE NOT k.is_current AND k.tenant_id > after_id AND EXISTS (
          SELECT 1 FROM secrets.versions v WHERE v.tenant_id = k.tenant_id AND v.key_id = k.id)
        ORDER BY k.tenant_id LIMIT at_most
      $$;
      REVOKE ALL ON FUNCTION secrets.tenants_to_reseal FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION secrets.tenants_to_reseal TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
