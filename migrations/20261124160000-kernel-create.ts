import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The change log and the outbox. The application's role reads and writes the log through three functions only, since
 * every process needs every tenant's changes; the outbox has the same wall as any tenant table.
 */
export class KernelCreate1795536000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      GRANT USAGE ON SCHEMA kernel TO coresdk_app;
      GRANT SELECT ON kernel.migrations TO coresdk_app;

      -- The tenant of the running transaction. After a transaction the setting is an empty string, not NULL.
      CREATE FUNCTION kernel.current_tenant() RETURNS text
        LANGUAGE sql STABLE PARALLEL SAFE
        RETURN nullif(current_setting('app.tenant_id', true), '');

      CREATE TABLE kernel.changes (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        topic text NOT NULL,
        tenant_id text,
        key text NOT NULL,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        keep_until timestamptz NOT NULL
      );
      CREATE INDEX changes_xid ON kernel.changes (xid);
      CREATE INDEX changes_topic ON kernel.changes (topic, id);
      CREATE INDEX changes_keep_until ON kernel.changes (keep_until);
      ALTER TABLE kernel.changes ENABLE ROW LEVEL SECURITY;
      ALTER TABLE kernel.changes FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON kernel.changes TO CURRENT_USER USING (true) WITH CHECK (true);

      CREATE FUNCTION kernel.publish_changes(changes jsonb) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        INSERT INTO kernel.changes (topic, tenant_id, key, payload, keep_until)
        SELECT change->>'topic', change->>'tenantId', change->>'key', change->'payload',
               coalesce(to_timestamp((change->>'keepUntilMs')::double precision / 1000), now() + interval '24 hours')
        FROM jsonb_array_elements(changes) AS change;
        PERFORM pg_notify('changes', '');
      END $$;

      -- The horizon and the rows come from one snapshot, so no row can commit between them.
      CREATE FUNCTION kernel.changes_since(since xid8, except_ids bigint[]) RETURNS jsonb
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT jsonb_build_object(
          'horizon', pg_snapshot_xmin(pg_current_snapshot())::text,
          'changes', coalesce((
            SELECT jsonb_agg(jsonb_build_object(
              'id', id, 'xid', xid::text, 'topic', topic, 'tenantId', tenant_id, 'key', key, 'payload', payload,
              'keepUntilMs', floor(extract(epoch FROM keep_until) * 1000)) ORDER BY id)
            FROM kernel.changes WHERE xid >= since AND id <> ALL (except_ids)), '[]'))
      $$;

      -- Entries of one topic that still count, a page at a time, for a holder that loads.
      CREATE FUNCTION kernel.changes_kept(wanted text, after_id bigint, page_size int) RETURNS jsonb
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'id', id, 'topic', topic, 'tenantId', tenant_id, 'key', key, 'payload', payload,
          'keepUntilMs', floor(extract(epoch FROM keep_until) * 1000)) ORDER BY id), '[]')
        FROM (SELECT * FROM kernel.changes WHERE topic = wanted AND id > after_id AND keep_until > now()
              ORDER BY id LIMIT page_size) AS page
      $$;

      CREATE FUNCTION kernel.prune_changes() RETURNS bigint
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        WITH pruned AS (DELETE FROM kernel.changes
          WHERE keep_until < now() RETURNING 1)
        SELECT count(*) FROM pruned
      $$;

      CREATE TABLE kernel.outbox (
        id text PRIMARY KEY,
        topic text NOT NULL,
        tenant_id text,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX outbox_topic ON kernel.outbox (topic, created_at);
      ALTER TABLE kernel.outbox ENABLE ROW LEVEL SECURITY;
      ALTER TABLE kernel.outbox FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON kernel.outbox
        USING (tenant_id IS NOT DISTINCT FROM kernel.current_tenant())
        WITH CHECK (tenant_id IS NOT DISTINCT FROM kernel.current_tenant());
      CREATE POLICY owner_functions ON kernel.outbox TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT INSERT ON kernel.outbox TO coresdk_app;

      -- For group commits that carry the events of many tenants in one transaction.
      CREATE FUNCTION kernel.stage_events(events jsonb) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        INSERT INTO kernel.outbox (id, topic, tenant_id, payload)
        SELECT event->>'id', event->>'topic', event->>'tenantId', event->'payload'
        FROM jsonb_array_elements(events) AS event
        ON CONFLICT (id) DO NOTHING
      $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA kernel FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA kernel TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
