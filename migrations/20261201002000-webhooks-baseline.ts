import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The webhooks that receive tenants' events, the pending, completed and failed deliveries of each webhook, and the position up to which
 * events have been turned into deliveries.
 */
export class WebhooksBaseline1796084400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA webhooks;
      GRANT USAGE ON SCHEMA webhooks TO coresdk_app;

      CREATE TABLE webhooks.webhooks (
        tenant_id text NOT NULL,
        id text NOT NULL,
        url text NOT NULL,
        description text NOT NULL,
        -- Event types and families of types; if empty, all types.
        types text[] NOT NULL,
        -- The signing secret, and the previous secret while both are valid. Empty after the webhook is deleted.
        key_id text,
        sealed bytea,
        previous_key_id text,
        previous_sealed bytea,
        previous_until timestamptz,
        status text NOT NULL DEFAULT 'active',
        paused_reason text,
        -- The webhook receives events from transactions that began after this transaction.
        from_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        -- The number of consecutive turns in which the receiver accepted no delivery, and the time of the first of them.
        failures int NOT NULL DEFAULT 0,
        failing_since timestamptz,
        last_error text,
        -- The time at which a delivery is due, and the time before which nothing is sent, even if a delivery is due.
        due_at timestamptz NOT NULL DEFAULT 'infinity',
        not_before timestamptz NOT NULL DEFAULT '-infinity',
        -- The process that holds the lease, and the time until which no other process takes it.
        lease text,
        leased_until timestamptz,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL,
        -- After deletion, the webhook's deliveries are deleted a few at a time, and then the row itself.
        deleted_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX webhooks_by_created ON webhooks.webhooks (tenant_id, created_at, id);
      CREATE INDEX webhooks_deleted ON webhooks.webhooks (deleted_at) WHERE deleted_at IS NOT NULL;
      CREATE INDEX webhooks_due ON webhooks.webhooks (GREATEST(due_at, not_before))
        WHERE status = 'active' AND deleted_at IS NULL;
      CREATE INDEX webhooks_leased ON webhooks.webhooks (leased_until) WHERE leased_until IS NOT NULL;
      ALTER TABLE webhooks.webhooks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON webhooks.webhooks
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON webhooks.webhooks TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE ON webhooks.webhooks TO coresdk_app;

      CREATE TABLE webhooks.deliveries (
        tenant_id text NOT NULL,
        webhook_id text NOT NULL,
        event_id text NOT NULL,
        event_type text NOT NULL,
        -- The position of the event among all events.
        place text NOT NULL,
        state text NOT NULL DEFAULT 'pending',
        attempts int NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL DEFAULT now(),
        last_status int,
        last_error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        PRIMARY KEY (tenant_id, webhook_id, event_id)
      );
      CREATE INDEX deliveries_by_created ON webhooks.deliveries (tenant_id, webhook_id, created_at, event_id);
      CREATE INDEX deliveries_done ON webhooks.deliveries (ended_at) WHERE state = 'delivered';
      CREATE INDEX deliveries_due ON webhooks.deliveries (tenant_id, webhook_id, due_at) WHERE state = 'pending';
      CREATE INDEX deliveries_open ON webhooks.deliveries (created_at) WHERE state <> 'delivered';
      ALTER TABLE webhooks.deliveries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON webhooks.deliveries
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON webhooks.deliveries TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE ON webhooks.deliveries TO coresdk_app;

      -- The position up to which the events of all tenants have been turned into deliveries; NULL if none have been
      -- yet.
      CREATE TABLE webhooks.intake (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        place text,
        -- The same point, as a position in the feed. While it is NULL, \`place\` applies, which is the column that
        -- versions before 0.1.1 wrote.
        feed_place text
      );
      ALTER TABLE webhooks.intake ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON webhooks.intake TO CURRENT_USER USING (true) WITH CHECK (true);
      INSERT INTO webhooks.intake DEFAULT VALUES;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
