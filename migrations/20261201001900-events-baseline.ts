import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The events of a tenant's resources, for subscribers. The transaction of each write adds a row, created from the audit event that the
 * write stages. One process at a time numbers the staged events and moves them into partitions, one per day (UTC), which are created in
 * advance and dropped as a whole.
 */
export class EventsBaseline1796084340000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA events;
      GRANT USAGE ON SCHEMA events TO coresdk_app;

      -- Orders the events of one transaction; the xid orders transactions.
      CREATE SEQUENCE events.seq AS bigint CACHE 64;

      CREATE TABLE events.events (
        tenant_id text NOT NULL,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        seq bigint NOT NULL DEFAULT nextval('events.seq'),
        -- The time on the database's clock, so that a process with an incorrect clock cannot write to a day that has no partition.
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        id text NOT NULL,
        type text NOT NULL,
        subject text NOT NULL,
        data jsonb NOT NULL,
        -- Number of the event within the tenant's events, without gaps.
        number bigint,
        -- Number of the event among all tenants' events. It has no meaning outside this installation.
        position bigint,
        -- The time at which the write's transaction began. NULL in rows from earlier versions.
        began timestamptz
      ) PARTITION BY RANGE (at);
      -- Used by processes that read the events of all tenants, such as the webhook sender.
      CREATE INDEX events_feed ON events.events (xid, seq);
      CREATE UNIQUE INDEX events_numbers ON events.events (tenant_id, number, at);
      CREATE UNIQUE INDEX events_order ON events.events (tenant_id, xid, seq, at);
      CREATE INDEX events_positions ON events.events ("position");
      ALTER TABLE events.events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON events.events
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON events.events TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT ON events.events TO coresdk_app;

      -- Staged events, which each write adds in its own transaction. One process at a time numbers them in the order of seq.
      CREATE TABLE events.staged (
        tenant_id text NOT NULL,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        -- The time at which the write's transaction began.
        began timestamptz NOT NULL DEFAULT now(),
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        id text NOT NULL,
        type text NOT NULL,
        subject text NOT NULL,
        data jsonb NOT NULL,
        PRIMARY KEY (tenant_id, seq)
      ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
      CREATE INDEX staged_order ON events.staged (seq);
      ALTER TABLE events.staged ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON events.staged
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON events.staged TO CURRENT_USER USING (true) WITH CHECK (true);

      -- For each tenant, the number and the time of the newest event.
      CREATE TABLE events.counters (
        tenant_id text PRIMARY KEY,
        last bigint NOT NULL,
        last_at timestamptz NOT NULL,
        -- Older cursors, which contain transaction ids, are valid from this transaction on. A backup does not contain
        -- transaction ids, so the default makes all older cursors invalid after a restore.
        xids_from xid8 NOT NULL DEFAULT '9223372036854775807'
      );
      ALTER TABLE events.counters ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON events.counters
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON events.counters TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT ON events.counters TO coresdk_app;

      -- The newest position in the feed of all tenants' events, and the time of that event.
      CREATE TABLE events.feed_end (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        last bigint NOT NULL DEFAULT 0,
        last_at timestamptz NOT NULL DEFAULT '1970-01-01 00:00:00+00'
      );
      ALTER TABLE events.feed_end ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON events.feed_end TO CURRENT_USER USING (true) WITH CHECK (true);
      INSERT INTO events.feed_end DEFAULT VALUES;

      -- Stages the event of a write in the same transaction. It copies only the members of the audit event's details
      -- that are listed here: version numbers, names of changed members, ids and roles.
      CREATE FUNCTION events.take() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        type text := events.type_of(NEW.payload->>'action');
        told jsonb := NEW.payload->'metadata';
        resource_type text := NEW.payload->>'resourceType';
        resource_id text := NEW.payload->>'resourceId';
      BEGIN
        IF type IS NULL OR told->>'dryRun' = 'true' OR (resource_type = 'file' AND NOT starts_with(resource_id, 'shared/')) THEN
          RETURN NULL;
        END IF;
        INSERT INTO events.staged (tenant_id, id, type, subject, data)
        VALUES (NEW.tenant_id, 'evt-' || regexp_replace(NEW.id, '^aud-', ''), type,
          concat_ws('/', resource_type, nullif(resource_id, '')),
          jsonb_strip_nulls(jsonb_build_object('id', nullif(resource_id, ''), 'version', told->'version',
            'changed', told->'changed', 'restoredFrom', told->'restoredFrom', 'userId', told->'userId',
            'role', told->'role', 'reason', told->'reason', 'size', told->'size',
            'source', CASE WHEN starts_with(told->>'source', 'shared/') THEN told->'source' END))
          || coalesce(NEW.resource, '{}'));
        RETURN NULL;
      END $$;

      REVOKE ALL ON FUNCTION events.take() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION events.take() TO coresdk_app;

      CREATE TRIGGER take_event AFTER INSERT ON kernel.outbox FOR EACH ROW
        WHEN (NEW.topic = 'audit' AND NEW.tenant_id IS NOT NULL AND NEW.payload->>'outcome' = 'success'
          AND NOT starts_with(NEW.payload->>'action', 'oauth.'))
        EXECUTE FUNCTION events.take();

      -- Stages an event that is inserted without a number, as the previous version inserts events.
      CREATE FUNCTION events.stage_instead() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        INSERT INTO events.staged (tenant_id, at, id, type, subject, data)
        VALUES (NEW.tenant_id, NEW.at, NEW.id, NEW.type, NEW.subject, NEW.data);
        RETURN NULL;
      END $$;

      REVOKE ALL ON FUNCTION events.stage_instead() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION events.stage_instead() TO coresdk_app;

      CREATE TRIGGER stage_instead BEFORE INSERT ON events.events FOR EACH ROW WHEN (NEW.number IS NULL)
        EXECUTE FUNCTION events.stage_instead();

      -- Creates the partitions for today and the following days. It attaches existing tables instead of creating
      -- partitions directly, because attaching does not need a lock that blocks readers or writers.
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

      REVOKE ALL ON FUNCTION events.make_days(integer) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION events.make_days(integer) TO coresdk_app;

      SELECT events.make_days(7);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
