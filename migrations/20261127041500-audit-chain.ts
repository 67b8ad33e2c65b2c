import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit log as a chain: a head, leaves and events per tenant, and keys of the persons in them. Events lie in monthly
 * partitions by the time of recording; leaves stay when a partition is dropped, so that what was proven stays provable.
 *
 * What was recorded before is kept aside as `earlier_events`, and each process that hosts the log takes it into the chain,
 * after the genesis record. An older version that still runs stages its events in the outbox instead, by the functions
 * that it knows, and the sweep of a newer process takes them in.
 */
export class AuditChain1795752900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE audit.events RENAME TO earlier_events;
      ALTER TABLE audit.earlier_events RENAME CONSTRAINT events_pkey TO earlier_events_pkey;
      CREATE INDEX earlier_events_time ON audit.earlier_events (ts, id);

      -- One row per log: what the next record continues. Updated at every batch, in place.
      CREATE TABLE audit.heads (
        tenant_id text PRIMARY KEY,
        -- Records there are; the sequence of the next.
        size bigint NOT NULL DEFAULT 0,
        -- Hash of the newest record; empty before the first.
        hash bytea NOT NULL DEFAULT '',
        -- Roots of the complete subtrees, largest first, 32 bytes each.
        frontier bytea NOT NULL DEFAULT '',
        -- Events that were recorded before there was a chain, for the genesis record to tell.
        earlier bigint NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

      -- One row per record, for ever.
      CREATE TABLE audit.leaves (
        tenant_id text NOT NULL,
        sequence bigint NOT NULL,
        id text NOT NULL,
        -- The leaf, then the roots of the subtrees that it completes, smallest first, 32 bytes each: node (level, index)
        -- is the one at that level in the row of its last leaf.
        hashes bytea NOT NULL,
        PRIMARY KEY (tenant_id, sequence),
        CONSTRAINT leaves_id UNIQUE (tenant_id, id)
      );

      CREATE TABLE audit.events (
        tenant_id text NOT NULL,
        sequence bigint NOT NULL,
        id text NOT NULL,
        app_id text,
        actor_type text NOT NULL,
        -- NULL: sealed under the person's key, for it tells who that is.
        actor_id text,
        action text NOT NULL,
        resource_type text NOT NULL,
        resource_id text NOT NULL,
        outcome text NOT NULL,
        reason text NOT NULL,
        request_id text NOT NULL,
        -- NULL: unknown, or sealed.
        ip text,
        policy_revision text,
        metadata jsonb NOT NULL,
        -- Whose the personal fields are, by a random name; NULL: there are none.
        person text,
        -- AES-256-GCM under that person's key.
        personal bytea,
        ts timestamptz NOT NULL,
        previous_hash bytea NOT NULL,
        record_hash bytea NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, sequence, recorded_at)
      ) PARTITION BY RANGE (recorded_at);

      -- Keys of persons, sealed by the data key of the tenant. Deleting a row makes what it sealed unreadable for good.
      CREATE TABLE audit.persons (
        tenant_id text NOT NULL,
        -- As callers name the person: the id of a user.
        id text NOT NULL,
        -- psn-…, by which records name the person.
        name text NOT NULL,
        key_id text NOT NULL,
        sealed bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT persons_name UNIQUE (tenant_id, name)
      );

      -- Signed heads, each for good: what was handed out must not be denied later.
      CREATE TABLE audit.checkpoints (
        tenant_id text NOT NULL,
        size bigint NOT NULL,
        -- A signed note of C2SP: origin, size, root, time, and the signature.
        note text NOT NULL,
        signed_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, size)
      );
    `);
    for (const table of ['heads', 'leaves', 'events', 'persons', 'checkpoints']) {
      await runner.query(`
        ALTER TABLE audit.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE audit.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON audit.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        CREATE POLICY owner_functions ON audit.${table} TO CURRENT_USER USING (true) WITH CHECK (true);
        GRANT SELECT ON audit.${table} TO coresdk_app;
      `);
    }
    await runner.query(`
      GRANT INSERT, DELETE ON audit.persons TO coresdk_app;
      GRANT INSERT ON audit.checkpoints TO coresdk_app;
    `);
    await runner.query(FUNCTIONS);
    await runner.query(`
      INSERT INTO audit.heads (tenant_id, earlier)
      SELECT tenant_id, count(*) FROM audit.earlier_events GROUP BY tenant_id
    `);
    await runner.query(`
      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA audit TO coresdk_app;
      SELECT audit.ensure_partitions();

      -- What comes in from elsewhere with its time, such as the archive of a tenant.
      CREATE TABLE audit.events_other PARTITION OF audit.events DEFAULT;
      ALTER TABLE audit.events_other ENABLE ROW LEVEL SECURITY;
      ALTER TABLE audit.events_other FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON audit.events_other TO CURRENT_USER USING (true) WITH CHECK (true);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const FUNCTIONS = `
  -- The partitions of this month and the next two. A partition has the wall of its parent, should anybody reach it alone.
  CREATE FUNCTION audit.ensure_partitions() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET timezone = 'UTC' AS $$
  DECLARE
    month timestamptz;
    name text;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit.ensure_partitions'));
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

  -- Locks the heads of these logs in the order of their names, so that no two batches wait for each other, and makes those
  -- that are not there. Then, with the locks held, tells which of the ids are in the logs already.
  CREATE FUNCTION audit.lock_heads(tenants text[], id_tenants text[], ids text[]) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
  DECLARE
    heads jsonb;
    known jsonb;
  BEGIN
    INSERT INTO audit.heads (tenant_id)
      SELECT wanted FROM unnest(tenants) AS wanted
      WHERE NOT EXISTS (SELECT FROM audit.heads h WHERE h.tenant_id = wanted) ORDER BY wanted
      ON CONFLICT DO NOTHING;
    SELECT jsonb_agg(jsonb_build_object('tenantId', l.tenant_id, 'size', l.size,
        'hash', encode(l.hash, 'hex'), 'frontier', encode(l.frontier, 'hex'), 'earlier', l.earlier)) INTO heads
      FROM (SELECT * FROM audit.heads h WHERE h.tenant_id = ANY (tenants) ORDER BY h.tenant_id FOR UPDATE) AS l;
    SELECT jsonb_agg(jsonb_build_object('tenantId', l.tenant_id, 'id', l.id, 'sequence', l.sequence,
        'previousHash', encode(e.previous_hash, 'hex'), 'recordHash', encode(e.record_hash, 'hex'))) INTO known
      FROM unnest(id_tenants, ids) AS asked (tenant_id, id)
      JOIN audit.leaves l ON l.tenant_id = asked.tenant_id AND l.id = asked.id
      LEFT JOIN audit.events e ON e.tenant_id = l.tenant_id AND e.sequence = l.sequence;
    RETURN jsonb_build_object('heads', coalesce(heads, '[]'), 'known', coalesce(known, '[]'));
  END $$;

  -- Appends records to logs whose heads are locked, and moves the heads from where they were.
  CREATE FUNCTION audit.append_records(records json, moved json) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
  DECLARE
    done bigint;
  BEGIN
    WITH given AS MATERIALIZED (
      SELECT * FROM json_to_recordset(records) AS r (t text, s bigint, id text, app text, kind text, actor text,
        action text, rtype text, rid text, outcome text, reason text, request text, ip text, policy text,
        metadata jsonb, person text, sealed text, ts double precision, previous text, hash text, leaf text)
    ), leaves AS (
      INSERT INTO audit.leaves (tenant_id, sequence, id, hashes) SELECT t, s, id, decode(leaf, 'hex') FROM given
    )
    INSERT INTO audit.events (tenant_id, sequence, id, app_id, actor_type, actor_id, action, resource_type, resource_id,
      outcome, reason, request_id, ip, policy_revision, metadata, person, personal, ts, previous_hash, record_hash)
    SELECT t, s, id, app, kind, actor, action, rtype, rid, outcome, reason, request, ip, policy, metadata, person,
      decode(sealed, 'base64'), to_timestamp(ts / 1000), decode(previous, 'hex'), decode(hash, 'hex')
    FROM given;
    UPDATE audit.heads h SET size = m.size, hash = decode(m.hash, 'hex'), frontier = decode(m.frontier, 'hex')
      FROM json_to_recordset(moved) AS m (t text, was bigint, size bigint, hash text, frontier text)
      WHERE h.tenant_id = m.t AND h.size = m.was;
    GET DIAGNOSTICS done = ROW_COUNT;
    IF done <> json_array_length(moved) THEN
      RAISE EXCEPTION 'A head of the audit log is not where it was read.';
    END IF;
  END $$;

  -- Takes staged events of these names out of the outbox. What another process takes now is passed over.
  CREATE FUNCTION audit.take_staged(tenants text[], ids text[]) RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    WITH chosen AS (
      SELECT o.id FROM unnest(tenants, ids) AS asked (tenant_id, id)
      JOIN kernel.outbox o ON o.id = asked.id AND o.topic = 'audit' AND coalesce(o.tenant_id, 'system') = asked.tenant_id
      FOR UPDATE OF o SKIP LOCKED
    ), removed AS (
      DELETE FROM kernel.outbox USING chosen WHERE outbox.id = chosen.id RETURNING outbox.payload
    )
    SELECT coalesce(jsonb_agg(payload), '[]') FROM removed
  $$;

  -- The same of the oldest ones.
  CREATE FUNCTION audit.take_oldest_staged(at_most int) RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    WITH chosen AS (
      SELECT id FROM kernel.outbox WHERE topic = 'audit' ORDER BY created_at LIMIT at_most FOR UPDATE SKIP LOCKED
    ), removed AS (
      DELETE FROM kernel.outbox USING chosen WHERE outbox.id = chosen.id RETURNING outbox.payload, outbox.created_at
    )
    SELECT coalesce(jsonb_agg(payload ORDER BY created_at), '[]') FROM removed
  $$;

  -- The same of what was recorded before there was a chain, in the order of its time.
  CREATE FUNCTION audit.take_earlier(at_most int) RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    WITH chosen AS (
      SELECT tenant_id, id FROM audit.earlier_events ORDER BY ts, id LIMIT at_most FOR UPDATE SKIP LOCKED
    ), removed AS (
      DELETE FROM audit.earlier_events e USING chosen WHERE e.tenant_id = chosen.tenant_id AND e.id = chosen.id
      RETURNING e.*
    )
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'tenantId', tenant_id, 'appId', app_id,
        'actorType', actor_type, 'actorId', actor_id, 'action', action, 'resourceType', resource_type,
        'resourceId', resource_id, 'outcome', outcome, 'reason', reason, 'requestId', request_id, 'ip', ip,
        'metadata', metadata, 'tsMs', floor(extract(epoch FROM ts) * 1000)) ORDER BY ts, id), '[]')
    FROM removed
  $$;

  -- Logs whose newest record no checkpoint has yet.
  CREATE FUNCTION audit.unsigned_heads(at_most int) RETURNS TABLE (tenant_id text, size bigint, frontier bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT h.tenant_id, h.size, h.frontier FROM audit.heads h
    WHERE h.size > 0 AND NOT EXISTS (
      SELECT FROM audit.checkpoints c WHERE c.tenant_id = h.tenant_id AND c.size = h.size)
    ORDER BY h.tenant_id LIMIT at_most
  $$;

  -- What the version before this one calls: its events go through the outbox into the chain.
  CREATE OR REPLACE FUNCTION audit.append(events jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    INSERT INTO kernel.outbox (id, topic, tenant_id, payload)
    SELECT event->>'id', 'audit', nullif(event->>'tenantId', 'system'), event FROM jsonb_array_elements(events) AS event
    ON CONFLICT (id) DO NOTHING
  $$;

  CREATE OR REPLACE FUNCTION audit.deliver(wanted text, of_tenant text, at_most int) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    SELECT count(*) FROM kernel.outbox
    WHERE topic = 'audit' AND id = wanted AND coalesce(tenant_id, 'system') = of_tenant
  $$;
`;
