import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What happens to the resources of a tenant, for those who follow it: a row of the transaction of each write, made of the
 * audit event that the write stages. A partition per day (UTC), made ahead and dropped whole; the order is `(xid, seq)`.
 */
export class EventsCreate1795766400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What the write has made of its resource, as the API shows it: for readers of events. The audit log leaves it out.
      ALTER TABLE kernel.outbox ADD COLUMN resource jsonb;
      CREATE OR REPLACE FUNCTION kernel.stage_events(events jsonb) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        INSERT INTO kernel.outbox (id, topic, tenant_id, payload, resource)
        SELECT event->>'id', event->>'topic', event->>'tenantId', event->'payload', nullif(event->'resource', 'null')
        FROM jsonb_array_elements(events) AS event
        ON CONFLICT (id) DO NOTHING
      $$;

      CREATE SCHEMA events;
      GRANT USAGE ON SCHEMA events TO coresdk_app;

      -- Orders the events of one transaction; between transactions the xid does.
      CREATE SEQUENCE events.seq AS bigint CACHE 64;

      CREATE TABLE events.events (
        tenant_id text NOT NULL,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        seq bigint NOT NULL DEFAULT nextval('events.seq'),
        -- The database's clock, so that no process with a wrong one can write into a day that has no partition.
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        id text NOT NULL,
        type text NOT NULL,
        subject text NOT NULL,
        data jsonb NOT NULL
      ) PARTITION BY RANGE (at);
      CREATE UNIQUE INDEX events_order ON events.events (tenant_id, xid, seq, at);
      -- For who reads on for all tenants: what webhooks are sent.
      CREATE INDEX events_feed ON events.events (xid, seq);
      ALTER TABLE events.events ENABLE ROW LEVEL SECURITY;
      ALTER TABLE events.events FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON events.events
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON events.events TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT ON events.events TO coresdk_app;

      -- The type of the event of an audited write, such as coresdk.project.created for project.create; NULL for what is no
      -- event: no change of a resource, or about tokens, sign-in and the audit log, which have readers of their own.
      CREATE FUNCTION events.type_of(action text) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = '' AS $$
        SELECT 'coresdk.' || regexp_replace(noun, '[.](admin|current)$', '') || '.' || ('{
          "create": "created", "add": "created", "register": "created",
          "update": "updated", "change": "updated", "put": "updated", "set": "updated",
          "delete": "deleted", "remove": "deleted", "destroy": "destroyed", "purge": "purged",
          "restore": "restored", "undelete": "restored", "archive": "archived", "unarchive": "unarchived",
          "suspend": "suspended", "activate": "activated", "deactivate": "deactivated",
          "pause": "paused", "resume": "resumed", "revoke": "revoked", "expire": "expired",
          "rotate": "rotated", "rotate_secret": "secret_rotated",
          "upload": "uploaded", "stage": "staged", "rollback": "rolled_back", "revert": "reverted",
          "schedule": "scheduled", "cancel": "cancelled", "apply": "applied",
          "admit": "member_added", "expel": "member_removed", "transfer": "transferred",
          "invite": "invited", "accept": "accepted", "import": "imported",
          "copy": "copied", "move": "moved"
        }'::jsonb ->> verb)
        FROM (SELECT regexp_replace(action, '[.][^.]+$', '') AS noun, substring(action FROM '[^.]+$') AS verb) AS words
        WHERE action ~ '^[a-z_]+([.][a-z_]+)+$' AND noun !~ '^(oauth|session|token|audit|user[.]password)([.]|$)'
      $$;

      -- Whether a type is among those that somebody wants: all of them when none is named, a family by coresdk.project.*
      CREATE FUNCTION events.is_wanted(type text, wanted text[]) RETURNS boolean
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT wanted = '{}' OR EXISTS (
          SELECT FROM unnest(wanted) AS one (pattern)
          WHERE type = pattern OR (right(pattern, 2) = '.*' AND starts_with(type, left(pattern, -1))))
      $$;

      -- The event of a write, in its own transaction. Of what the audit event tells, only what is listed here goes on:
      -- numbers of versions, names of what changed, ids, roles.
      CREATE FUNCTION events.take() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        type text := events.type_of(NEW.payload->>'action');
        told jsonb := NEW.payload->'metadata';
        resource_id text := NEW.payload->>'resourceId';
      BEGIN
        IF type IS NOT NULL THEN
          INSERT INTO events.events (tenant_id, id, type, subject, data)
          VALUES (NEW.tenant_id, 'evt-' || regexp_replace(NEW.id, '^aud-', ''), type,
            concat_ws('/', NEW.payload->>'resourceType', nullif(resource_id, '')),
            jsonb_strip_nulls(jsonb_build_object('id', nullif(resource_id, ''), 'version', told->'version',
              'changed', told->'changed', 'restoredFrom', told->'restoredFrom', 'userId', told->'userId',
              'role', told->'role', 'reason', told->'reason')) || coalesce(NEW.resource, '{}'));
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER take_event AFTER INSERT ON kernel.outbox FOR EACH ROW
        WHEN (NEW.topic = 'audit' AND NEW.tenant_id IS NOT NULL AND NEW.payload->>'outcome' = 'success'
          AND NOT starts_with(NEW.payload->>'action', 'oauth.'))
        EXECUTE FUNCTION events.take();

      -- Of the logs that somebody waits at, those that have gone on. Tells nothing else of them.
      CREATE FUNCTION events.moved(tenants text[], xids text[], seqs bigint[], since double precision[]) RETURNS text[]
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT coalesce(array_agg(waiting.tenant), '{}')
        FROM unnest(tenants, xids, seqs, since) AS waiting (tenant, xid, seq, at)
        WHERE EXISTS (
          SELECT FROM events.events AS e
          WHERE e.tenant_id = waiting.tenant AND (e.xid, e.seq) > (waiting.xid::pg_catalog.xid8, waiting.seq)
            AND e.at >= to_timestamp(waiting.at) - interval '1 day'
            AND e.xid < pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()))
      $$;

      -- What happened in all tenants behind a place, without the data: for who sends it on.
      CREATE FUNCTION events.feed(after_xid text, after_seq bigint, since double precision, at_most int) RETURNS jsonb
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
        oldest timestamptz := to_timestamp(since) - interval '1 day';
        found jsonb;
      BEGIN
        SELECT coalesce(jsonb_agg(jsonb_build_object('tenantId', e.tenant_id, 'xid', e.xid::text, 'seq', e.seq::text,
          'at', floor(extract(epoch FROM e.at)), 'id', e.id, 'type', e.type) ORDER BY e.xid, e.seq), '[]') INTO found
        FROM (SELECT * FROM events.events WHERE (xid, seq) > (after_xid::xid8, after_seq) AND xid < horizon
                AND at >= oldest ORDER BY xid, seq LIMIT at_most) AS e;
        RETURN jsonb_build_object('horizon', horizon::text, 'now', floor(extract(epoch FROM statement_timestamp())),
          'rows', found);
      END $$;

      -- The first day that is kept whole, UTC.
      CREATE FUNCTION events.kept_from() RETURNS timestamptz
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT pg_catalog.to_date(pg_catalog.min(pg_catalog.right(c.relname, 8)), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC'
        FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'events.events'::regclass
      $$;

      -- Makes the partitions of today and the days after. Attached rather than made in place: that needs no lock that
      -- anybody who writes or reads would wait for.
      CREATE FUNCTION events.make_days(ahead int) RETURNS int
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        day date := (now() AT TIME ZONE 'UTC')::date;
        last date := day + ahead;
        name text;
        made int := 0;
      BEGIN
        PERFORM pg_advisory_xact_lock(4107341);
        WHILE day <= last LOOP
          name := 'events_' || to_char(day, 'YYYYMMDD');
          IF to_regclass('events.' || name) IS NULL THEN
            EXECUTE format('CREATE TABLE events.%I (LIKE events.events INCLUDING DEFAULTS)', name);
            EXECUTE format('ALTER TABLE events.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
            EXECUTE format('ALTER TABLE events.events ATTACH PARTITION events.%I FOR VALUES FROM (%L) TO (%L)',
              name, day || ' 00:00:00+00', (day + 1) || ' 00:00:00+00');
            made := made + 1;
          END IF;
          day := day + 1;
        END LOOP;
        RETURN made;
      END $$;

      -- Drops the partitions of days before the last ones, whole. Waits for nobody long: whoever comes later would wait
      -- behind it. What cannot be dropped now is dropped the next time.
      CREATE FUNCTION events.drop_days(keep int) RETURNS int
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '300ms' AS $$
      DECLARE
        oldest text := 'events_' || to_char((now() AT TIME ZONE 'UTC')::date - keep, 'YYYYMMDD');
        name text;
        dropped int := 0;
      BEGIN
        FOR name IN
          SELECT c.relname FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
          WHERE i.inhparent = 'events.events'::regclass AND c.relname < oldest ORDER BY 1
        LOOP
          EXECUTE format('DROP TABLE events.%I', name);
          dropped := dropped + 1;
        END LOOP;
        RETURN dropped;
      END $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA events FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA events TO coresdk_app;

      SELECT events.make_days(7);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
