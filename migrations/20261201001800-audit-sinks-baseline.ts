import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The sinks that receive tenants' audit logs, the position that each sink has reached, and events that could not be delivered. */
export class AuditSinksBaseline1796084280000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA audit_sinks;
      GRANT USAGE ON SCHEMA audit_sinks TO coresdk_app;

      CREATE TABLE audit_sinks.sinks (
        tenant_id text NOT NULL,
        id text NOT NULL,
        name text NOT NULL,
        kind text NOT NULL,
        url text,
        filter jsonb NOT NULL,
        -- The signing secret of a webhook.
        key_id text,
        sealed bytea,
        paused boolean NOT NULL DEFAULT false,
        -- The sequence number up to which every record has been delivered or is a dead letter; -1 if there is no such
        -- record yet.
        place bigint NOT NULL,
        -- The number of attempts to deliver the next record.
        attempts int NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL,
        last_error text,
        -- The process that holds the lease, and the time until which no other process can take it.
        lease text,
        leased_until timestamptz,
        created_at timestamptz NOT NULL,
        include_personal boolean NOT NULL DEFAULT false,
        is_full boolean NOT NULL DEFAULT false,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX sinks_due ON audit_sinks.sinks (due_at) WHERE NOT paused;
      ALTER TABLE audit_sinks.sinks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON audit_sinks.sinks
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON audit_sinks.sinks TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON audit_sinks.sinks TO coresdk_app;

      CREATE TABLE audit_sinks.dead_letters (
        tenant_id text NOT NULL,
        sink_id text NOT NULL,
        sequence bigint NOT NULL,
        record_id text NOT NULL,
        reason text NOT NULL,
        failed_at timestamptz NOT NULL,
        -- True if another attempt was requested.
        replay boolean NOT NULL DEFAULT false,
        PRIMARY KEY (tenant_id, sink_id, sequence),
        FOREIGN KEY (tenant_id, sink_id) REFERENCES audit_sinks.sinks (tenant_id, id) ON DELETE CASCADE
      );
      ALTER TABLE audit_sinks.dead_letters ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON audit_sinks.dead_letters
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON audit_sinks.dead_letters TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON audit_sinks.dead_letters TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
