import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit log as a chain: a head, leaves and events per tenant, and keys for the people named in the events. Events are stored in monthly
 * partitions by recording time. Leaves remain when a partition is dropped, so that earlier proofs stay verifiable. The application's role
 * can read its own tenant's events and append events through functions; it cannot change them.
 *
 * Each index of events is in time order, so that a page is always read from the beginning of a scan, whatever the filter. More indexes
 * would make every insert slower, so rare queries scan one of these.
 */
export class AuditBaseline1796083320000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA audit;
      GRANT USAGE ON SCHEMA audit TO coresdk_app;

      -- Events that were recorded before the chain existed. A sweep adds them to the chain after the genesis record.
      CREATE TABLE audit.earlier_events (
        tenant_id text NOT NULL,
        id text NOT NULL,
        app_id text,
        actor_type text NOT NULL,
        actor_id text NOT NULL,
        action text NOT NULL,
        resource_type text NOT NULL,
        resource_id text NOT NULL,
        outcome text NOT NULL,
        reason text NOT NULL,
        request_id text NOT NULL,
        ip text,
        metadata jsonb NOT NULL,
        ts timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX earlier_events_time ON audit.earlier_events (ts, id);
      ALTER TABLE audit.earlier_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON audit.earlier_events FOR SELECT USING (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON audit.earlier_events TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT ON audit.earlier_events TO coresdk_app;

      CREATE TABLE audit.events (
        tenant_id text NOT NULL,
        sequence bigint NOT NULL,
        id text NOT NULL,
        app_id text,
        actor_type text NOT NULL,
        -- NULL if the id is sealed under the person's key, because it identifies the person.
        actor_id text,
        action text NOT NULL,
        resource_type text NOT NULL,
        resource_id text NOT NULL,
        outcome text NOT NULL,
        reason text NOT NULL,
        request_id text NOT NULL,
        -- NULL if the address is unknown or sealed.
        ip text,
        policy_revision text,
        metadata jsonb NOT NULL,
        -- The random name of the person whom the personal fields identify; NULL if there are no such fields.
        person text,
        -- The personal fields, encrypted with AES-256-GCM under that person's key.
        personal bytea,
        ts timestamptz NOT NULL,
        previous_hash bytea NOT NULL,
        record_hash bytea NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, sequence, recorded_at)
      ) PARTITION BY RANGE (recorded_at);
      CREATE INDEX events_action ON audit.events (tenant_id, action, ts, sequence);
      -- If the actor's id is sealed, the person's name in the log identifies the actor. With row security, PostgreSQL
      -- does not use an index on COALESCE, because it does not consider COALESCE leakproof. It does use an index on
      -- CASE.
      CREATE INDEX events_actor ON audit.events
        (tenant_id, ( CASE WHEN actor_id IS NULL THEN person ELSE actor_id END), ts, sequence);
      CREATE INDEX events_resource ON audit.events (tenant_id, resource_id, ts, sequence);
      CREATE INDEX events_time ON audit.events (tenant_id, ts, sequence);
      ALTER TABLE audit.events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON audit.events
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON audit.events TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT ON audit.events TO coresdk_app;

      -- Events from elsewhere that have their own time, such as events from a tenant's archive.
      CREATE TABLE audit.events_other PARTITION OF audit.events DEFAULT;
      ALTER TABLE audit.events_other ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON audit.events_other TO CURRENT_USER USING (true) WITH CHECK (true);

      -- One row per log: the state from which the next record continues. Updated in place with every batch.
      CREATE TABLE audit.heads (
        tenant_id text PRIMARY KEY,
        -- The number of records, which is also the sequence number of the next record.
        size bigint NOT NULL DEFAULT 0,
        -- Hash of the newest record; empty before the first record.
        hash bytea NOT NULL DEFAULT '\\x',
        -- Roots of the complete subtrees, largest first, 32 bytes each.
        frontier bytea NOT NULL DEFAULT '\\x',
        -- The number of events recorded before the chain existed, for the genesis record.
        earlier bigint NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
      ALTER TABLE audit.heads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON audit.heads
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON audit.heads TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT ON audit.heads TO coresdk_app;

      -- One row per record, kept forever.
      CREATE TABLE audit.leaves (
        tenant_id text NOT NULL,
        sequence bigint NOT NULL,
        id text NOT NULL,
        -- The leaf, then the roots of the subtrees that it completes, smallest first, 32 bytes each. Node (level,
        -- index) is stored at that level in the row of its last leaf.
        hashes bytea NOT NULL,
        PRIMARY KEY (tenant_id, sequence),
        CONSTRAINT leaves_id UNIQUE (tenant_id, id)
      );
      ALTER TABLE audit.leaves ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON audit.leaves
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON audit.leaves TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT ON audit.leaves TO coresdk_app;

      -- Keys for people, sealed with the tenant's data key. Deleting a row makes the data sealed with its key permanently unreadable.
      CREATE TABLE audit.persons (
        tenant_id text NOT NULL,
        -- The name by which callers refer to the person: the id of a user.
        id text NOT NULL,
        -- The name by which records refer to the person (psn-…).
        name text NOT NULL,
        key_id text NOT NULL,
        sealed bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT persons_name UNIQUE (tenant_id, name)
      );
      ALTER TABLE audit.persons ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON audit.persons
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON audit.persons TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, DELETE ON audit.persons TO coresdk_app;

      -- Signed heads, kept forever, because it must not be possible to deny a published head later.
      CREATE TABLE audit.checkpoints (
        tenant_id text NOT NULL,
        size bigint NOT NULL,
        -- A signed note in the C2SP format: origin, size, root, time and signature.
        note text NOT NULL,
        signed_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, size)
      );
      ALTER TABLE audit.checkpoints ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON audit.checkpoints
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON audit.checkpoints TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT ON audit.checkpoints TO coresdk_app;

      CREATE TABLE audit.retention (
        tenant_id text PRIMARY KEY,
        -- NULL if events are kept forever.
        keep_days int CHECK (keep_days BETWEEN 1 AND 36500),
        -- NULL if there is no legal hold.
        hold_reason text,
        updated_at timestamptz NOT NULL DEFAULT now(),
        reads text NOT NULL DEFAULT 'each' CHECK (reads IN ('each', 'aggregated'))
      );
      ALTER TABLE audit.retention ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON audit.retention
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON audit.retention TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE ON audit.retention TO coresdk_app;

      -- Creates the partitions for this month and the next two. A partition has the same row security as its parent, in
      -- case a role accesses it directly.
      CREATE FUNCTION audit.ensure_partitions() RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET timezone = 'UTC' AS $$
      DECLARE
        month timestamptz;
        name text;
      BEGIN
        PERFORM pg_advisory_xact_lock(4107342);
        FOR ahead IN 0..2 LOOP
          month := date_trunc('month', now()) + make_interval(months => ahead);
          name := 'events_' || to_char(month, 'YYYY_MM');
          CONTINUE WHEN to_regclass('audit.' || name) IS NOT NULL;
          EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.events FOR VALUES FROM (%L) TO (%L)',
            name, month, month + interval '1 month');
          EXECUTE format('ALTER TABLE audit.%I ENABLE ROW LEVEL SECURITY', name);
          EXECUTE format('ALTER TABLE audit.%I FORCE ROW LEVEL SECURITY', name);
          EXECUTE format('CREATE POLICY owner_functions ON audit.%I TO CURRENT_USER USING (true) WITH CHECK (true)', name);
        END LOOP;
      END $$;

      REVOKE ALL ON FUNCTION audit.ensure_partitions() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION audit.ensure_partitions() TO coresdk_app;

      SELECT audit.ensure_partitions();
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
