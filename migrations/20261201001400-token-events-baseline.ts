import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The log of token events: one partition per day (UTC), created in advance and dropped as a whole. Writes stage their events, and one
 * process at a time numbers them. A trigger stages the events that versions before 0.1.1 insert without a number.
 */
export class TokenEventsBaseline1796084040000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA token_events;
      GRANT USAGE ON SCHEMA token_events TO coresdk_app;

      -- Orders the events of one transaction; the xid orders transactions. Each connection can therefore reserve many numbers at a
      -- time.
      CREATE SEQUENCE token_events.seq AS bigint CACHE 64;
      GRANT USAGE ON SEQUENCE token_events.seq TO coresdk_app;

      CREATE TABLE token_events.events (
        tenant_id text NOT NULL,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        seq bigint NOT NULL DEFAULT nextval('token_events.seq'),
        -- The time according to the database's clock, so that a process with an incorrect clock cannot write to a day that has no
        -- partition.
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        type text NOT NULL,
        client_id text,
        user_id text,
        details jsonb NOT NULL,
        -- Number of the event within the tenant's events, without gaps.
        number bigint,
        -- The number of events in the installation's log that precede this event.
        of_all bigint
      ) PARTITION BY RANGE (at);
      CREATE UNIQUE INDEX events_numbers ON token_events.events (tenant_id, number, at);
      CREATE UNIQUE INDEX events_order ON token_events.events (tenant_id, xid, seq, at);
      ALTER TABLE token_events.events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON token_events.events
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON token_events.events TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT ON token_events.events TO coresdk_app;

      -- Staged token events, which each write adds in its own transaction. One process at a time numbers them in the order of seq.
      CREATE TABLE token_events.staged (
        tenant_id text NOT NULL,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        type text NOT NULL,
        client_id text,
        user_id text,
        details jsonb NOT NULL,
        PRIMARY KEY (tenant_id, seq)
      ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
      CREATE INDEX staged_order ON token_events.staged (seq);
      ALTER TABLE token_events.staged ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON token_events.staged
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON token_events.staged TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT INSERT ON token_events.staged TO coresdk_app;

      -- For each log, the number and the time of the newest event.
      CREATE TABLE token_events.counters (
        tenant_id text PRIMARY KEY,
        last bigint NOT NULL,
        last_at timestamptz NOT NULL,
        -- Older cursors, which contain transaction ids, are valid from this transaction on. A backup does not contain
        -- transaction ids, so the default makes all older cursors invalid after a restore.
        xids_from xid8 NOT NULL DEFAULT '9223372036854775807'
      );
      ALTER TABLE token_events.counters ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON token_events.counters
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON token_events.counters TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT ON token_events.counters TO coresdk_app;

      -- Marks that invalidate the tokens of a user, a session, an app or a tenant are set in many places. This trigger
      -- logs each mark in the transaction that sets it. Code that revokes a single token or grant logs the revocation
      -- itself, with the caller that requested it.
      CREATE FUNCTION token_events.log_mark() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        kind text := NEW.payload->>'kind';
        subject text := NEW.payload->>'subject';
      BEGIN
        INSERT INTO token_events.staged (tenant_id, type, client_id, user_id, details)
        VALUES (coalesce(NEW.tenant_id, 'system'), 'token.revoked',
          CASE kind WHEN 'client' THEN subject END, CASE kind WHEN 'user' THEN subject END,
          jsonb_build_object('covers', kind) ||
            CASE kind WHEN 'session' THEN jsonb_build_object('sessionId', subject) ELSE '{}' END);
        RETURN NULL;
      END $$;

      REVOKE ALL ON FUNCTION token_events.log_mark() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION token_events.log_mark() TO coresdk_app;

      CREATE TRIGGER log_token_mark AFTER INSERT ON kernel.changes FOR EACH ROW
        WHEN (NEW.topic = 'revocations' AND NEW.payload->>'kind' IN ('user', 'session', 'client', 'tenant')
          AND NEW.payload->>'lifts' IS DISTINCT FROM 'true')
        EXECUTE FUNCTION token_events.log_mark();

      -- Stages an event that the previous version inserts, which does not have a number.
      CREATE FUNCTION token_events.stage_instead() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        INSERT INTO token_events.staged (tenant_id, at, type, client_id, user_id, details)
        VALUES (NEW.tenant_id, NEW.at, NEW.type, NEW.client_id, NEW.user_id, NEW.details);
        RETURN NULL;
      END $$;

      REVOKE ALL ON FUNCTION token_events.stage_instead() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION token_events.stage_instead() TO coresdk_app;

      CREATE TRIGGER stage_instead BEFORE INSERT ON token_events.events FOR EACH ROW WHEN (NEW.number IS NULL)
        EXECUTE FUNCTION token_events.stage_instead();

      -- Creates the partitions for today and the following days. It attaches existing tables instead of creating
      -- partitions directly, because attaching does not need a lock that blocks readers or writers.
      CREATE FUNCTION token_events.make_days(ahead int) RETURNS int
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        day date := (now() AT TIME ZONE 'UTC')::date;
        last date := day + ahead;
        name text;
        made int := 0;
      BEGIN
        PERFORM pg_advisory_xact_lock(4107340);
        WHILE day <= last LOOP
          name := 'events_' || to_char(day, 'YYYYMMDD');
          IF to_regclass('token_events.' || name) IS NULL THEN
            EXECUTE format('CREATE TABLE token_events.%I (LIKE token_events.events INCLUDING DEFAULTS)', name);
            EXECUTE format('ALTER TABLE token_events.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
            EXECUTE format('ALTER TABLE token_events.events ATTACH PARTITION token_events.%I FOR VALUES FROM (%L) TO (%L)',
              name, day || ' 00:00:00+00', (day + 1) || ' 00:00:00+00');
            made := made + 1;
          END IF;
          day := day + 1;
        END LOOP;
        RETURN made;
      END $$;

      REVOKE ALL ON FUNCTION token_events.make_days(integer) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION token_events.make_days(integer) TO coresdk_app;

      SELECT token_events.make_days(7);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
