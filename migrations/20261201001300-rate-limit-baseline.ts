import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rate limit rules, and the shared counts of sidecars that run without Redis. Counts are stored in unlogged tables, so they restart at zero
 * after a database crash. The monthly quota is stored in an ordinary table. Sidecars count through functions, since one statement
 * contains the calls of many tenants.
 */
export class RateLimitBaseline1796083980000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA rate_limit;
      GRANT USAGE ON SCHEMA rate_limit TO coresdk_app;

      -- A tenant's rules. Plan rules do not belong to a tenant.
      CREATE TABLE rate_limit.rules (
        tenant_id text,
        name text NOT NULL,
        plan text,
        definition jsonb NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE NULLS NOT DISTINCT (tenant_id, name),
        CHECK ((tenant_id IS NULL) = (plan IS NOT NULL))
      );
      ALTER TABLE rate_limit.rules ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON rate_limit.rules
        USING (tenant_id IS NOT DISTINCT FROM kernel.current_tenant())
        WITH CHECK (tenant_id IS NOT DISTINCT FROM kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limit.rules TO coresdk_app;

      -- One number per count: the time, in microseconds since 2025, at which everything that was counted has leaked
      -- out. If the time were counted from the Unix epoch, a double would be four times less precise.
      CREATE UNLOGGED TABLE rate_limit.buckets (
        tenant_id text NOT NULL,
        name text NOT NULL,
        empty_at double precision NOT NULL,
        granted int NOT NULL,
        PRIMARY KEY (tenant_id, name)
      ) WITH (fillfactor = 70);
      ALTER TABLE rate_limit.buckets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON rate_limit.buckets TO CURRENT_USER USING (true) WITH CHECK (true);

      CREATE UNLOGGED TABLE rate_limit.leases (
        tenant_id text NOT NULL,
        name text NOT NULL,
        id text NOT NULL,
        ends_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, name, id)
      );
      ALTER TABLE rate_limit.leases ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON rate_limit.leases TO CURRENT_USER USING (true) WITH CHECK (true);

      CREATE TABLE rate_limit.usage (
        tenant_id text NOT NULL,
        name text NOT NULL,
        month date NOT NULL,
        used bigint NOT NULL,
        PRIMARY KEY (tenant_id, name, month)
      );
      ALTER TABLE rate_limit.usage ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON rate_limit.usage TO CURRENT_USER USING (true) WITH CHECK (true);

      -- The processes that share the counts.
      CREATE UNLOGGED TABLE rate_limit.replicas (
        id text PRIMARY KEY,
        seen_at timestamptz NOT NULL
      );
      ALTER TABLE rate_limit.replicas ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON rate_limit.replicas TO CURRENT_USER USING (true) WITH CHECK (true);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
