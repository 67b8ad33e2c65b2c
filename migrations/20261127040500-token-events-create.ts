import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The log of token events: a partition per day (UTC), made ahead and dropped whole. Its order is `(xid, seq)`; whoever
 * reads stops at the oldest transaction that may still commit, so that nothing appears behind them.
 */
export class TokenEventsCreate1795752300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA token_events;
      GRANT USAGE ON SCHEMA token_events TO coresdk_app;

      -- Orders the events of one transaction; between transactions the xid does. So each connection may take many at once.
      CREATE SEQUENCE token_events.seq AS bigint CACHE 64;
      GRANT USAGE ON SEQUENCE token_events.seq TO coresdk_app;

      CREATE TABLE token_events.events (
        tenant_id text NOT NULL,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        seq bigint NOT NULL DEFAULT nextval('token_events.seq'),
        -- The database's clock, so that no process with a wrong one can write into a day that has no partition.
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        type text NOT NULL,
        client_id text,
        user_id text,
        details jsonb NOT NULL
      ) PARTITION BY RANGE (at);
      -- The only index: every further one would be paid for by every token.
      CREATE UNIQUE INDEX events_order ON token_events.events (tenant_id, xid, seq, at);
      ALTER TABLE token_events.events ENABLE ROW LEVEL SECURITY;
      ALTER TABLE token_events.events FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON token_events.events
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON token_events.events TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT ON token_events.events TO coresdk_app;

      -- Logs an event of the running transaction's tenant: the door for statements of other modules.
      CREATE FUNCTION token_events.log(event jsonb) RETURNS boolean
        LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO token_events.events (tenant_id, type, client_id, user_id, details)
        VALUES (event->>'tenantId', event->>'type', event->>'clientId', event->>'userId', event->'details');
        RETURN true;
      END $$;

      -- For group commits that carry the events of many tenants, and for the installation's own.
      CREATE FUNCTION token_events.log_all(events jsonb) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        INSERT INTO token_events.events (tenant_id, type, client_id, user_id, details)
        SELECT event->>'tenantId', event->>'type', event->>'clientId', event->>'userId', event->'details'
        FROM jsonb_array_elements(events) WITH ORDINALITY AS e (event, place) ORDER BY place;
      END $$;

      -- Of the logs that somebody waits at, those that have gone on. Tells nothing else of them.
      CREATE FUNCTION token_events.moved(tenants text[], xids text[], seqs bigint[]) RETURNS text[]
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT coalesce(array_agg(waiting.tenant), '{}')
        FROM unnest(tenants, xids, seqs) AS waiting (tenant, xid, seq)
        WHERE EXISTS (
          SELECT FROM token_events.events AS e
          WHERE e.tenant_id = waiting.tenant AND (e.xid, e.seq) > (waiting.xid::pg_catalog.xid8, waiting.seq)
            AND e.xid < pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()))
      $$;

      -- The first day that is kept whole, UTC.
      CREATE FUNCTION token_events.kept_from() RETURNS timestamptz
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT pg_catalog.to_date(pg_catalog.min(pg_catalog.right(c.relname, 8)), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC'
        FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'token_events.events'::regclass
      $$;

      -- Makes the partitions of today and the days after. Attached rather than made in place: that needs no lock that
      -- anybody who writes or reads would wait for.
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

      -- Drops the partitions of days before the last ones, whole. Waits for nobody long: whoever comes later would wait
      -- behind it. What cannot be dropped now is dropped the next time.
      CREATE FUNCTION token_events.drop_days(keep int) RETURNS int
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '300ms' AS $$
      DECLARE
        oldest text := 'events_' || to_char((now() AT TIME ZONE 'UTC')::date - keep, 'YYYYMMDD');
        name text;
        dropped int := 0;
      BEGIN
        FOR name IN
          SELECT c.relname FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
          WHERE i.inhparent = 'token_events.events'::regclass AND c.relname < oldest ORDER BY 1
        LOOP
          EXECUTE format('DROP TABLE token_events.%I', name);
          dropped := dropped + 1;
        END LOOP;
        RETURN dropped;
      END $$;

      -- A mark that ends the tokens of a user, a session, an app or a tenant is made in many places; each is logged here,
      -- in its own transaction. Single tokens and grants are logged by whoever revokes them, with who asked for it.
      CREATE FUNCTION token_events.log_mark() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        kind text := NEW.payload->>'kind';
        subject text := NEW.payload->>'subject';
      BEGIN
        INSERT INTO token_events.events (tenant_id, type, client_id, user_id, details)
        VALUES (coalesce(NEW.tenant_id, 'system'), 'token.revoked',
          CASE kind WHEN 'client' THEN subject END, CASE kind WHEN 'user' THEN subject END,
          jsonb_build_object('covers', kind) ||
            CASE kind WHEN 'session' THEN jsonb_build_object('sessionId', subject) ELSE '{}' END);
        RETURN NULL;
      END $$;
      CREATE TRIGGER log_token_mark AFTER INSERT ON kernel.changes FOR EACH ROW
        WHEN (NEW.topic = 'revocations' AND NEW.payload->>'kind' IN ('user', 'session', 'client', 'tenant')
          AND NEW.payload->>'lifts' IS DISTINCT FROM 'true')
        EXECUTE FUNCTION token_events.log_mark();

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA token_events FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA token_events TO coresdk_app;

      SELECT token_events.make_days(7);

      -- Ends the families of refresh tokens that nobody used in time, and logs each once.
      CREATE FUNCTION oauth.end_expired_families() RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        expired jsonb;
      BEGIN
        WITH over AS (
          UPDATE oauth.refresh_families SET ended_at = least(idle_until, expires_at), previous_answer = NULL
          WHERE ended_at IS NULL AND least(idle_until, expires_at) <= now()
          RETURNING *
        )
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'tenantId', tenant_id, 'type', 'refresh_family.expired', 'clientId', client_id, 'userId', user_id,
          'details', jsonb_build_object('grantId', grant_id, 'scopes', scopes,
            'reason', CASE WHEN expires_at <= idle_until THEN 'lifetime' ELSE 'idle' END))), '[]') INTO expired FROM over;
        PERFORM token_events.log_all(expired);
        RETURN jsonb_array_length(expired);
      END $$;
      REVOKE ALL ON FUNCTION oauth.end_expired_families() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION oauth.end_expired_families() TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
