import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Data keys of tenants, wrapped by MASTER_KEY, and the text by which a process proves that it has the right one. */
export class SealingCreate1795558500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA sealing;
      GRANT USAGE ON SCHEMA sealing TO coresdk_app;

      CREATE TABLE sealing.tenant_keys (
        tenant_id text NOT NULL,
        id text NOT NULL,
        -- AES-256-GCM under MASTER_KEY; begins with the version and the id of the master key.
        wrapped bytea NOT NULL,
        is_current boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, id)
      );
      -- New values have one key, whichever process makes it.
      CREATE UNIQUE INDEX tenant_keys_current ON sealing.tenant_keys (tenant_id) WHERE is_current;
      CREATE INDEX tenant_keys_master ON sealing.tenant_keys (substring(wrapped FOR 5));
      ALTER TABLE sealing.tenant_keys ENABLE ROW LEVEL SECURITY;
      ALTER TABLE sealing.tenant_keys FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON sealing.tenant_keys
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON sealing.tenant_keys FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE ON sealing.tenant_keys TO coresdk_app;

      -- One row at most.
      CREATE TABLE sealing.proof (
        id int PRIMARY KEY CHECK (id = 1),
        sealed bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      ALTER TABLE sealing.proof ENABLE ROW LEVEL SECURITY;
      ALTER TABLE sealing.proof FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON sealing.proof TO CURRENT_USER USING (true) WITH CHECK (true);

      CREATE FUNCTION sealing.proof() RETURNS bytea
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT sealed FROM sealing.proof
      $$;

      CREATE FUNCTION sealing.establish_proof(candidate bytea) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        INSERT INTO sealing.proof (id, sealed) VALUES (1, candidate) ON CONFLICT DO NOTHING
      $$;

      CREATE FUNCTION sealing.renew_proof(known bytea, renewed bytea) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        UPDATE sealing.proof SET sealed = renewed WHERE sealed = known
      $$;

      -- Keys of any tenant that another master key has wrapped: only whoever has that key can do anything with them.
      CREATE FUNCTION sealing.keys_to_rewrap(mark bytea, at_most int)
        RETURNS TABLE (tenant_id text, id text, wrapped bytea)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT k.tenant_id, k.id, k.wrapped FROM sealing.tenant_keys k
        WHERE substring(k.wrapped FOR 5) <> mark ORDER BY k.tenant_id, k.id LIMIT at_most
      $$;

      CREATE FUNCTION sealing.rewrap_progress(mark bytea) RETURNS TABLE (total bigint, remaining bigint)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT count(*), count(*) FILTER (WHERE substring(k.wrapped FOR 5) <> mark) FROM sealing.tenant_keys k
      $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sealing FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA sealing TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
