import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where tenants have their events sent, what of each is to be sent, was, or could not be, and how far all were taken in. */
export class WebhooksCreate1795766460000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA webhooks;
      GRANT USAGE ON SCHEMA webhooks TO coresdk_app;

      CREATE TABLE webhooks.webhooks (
        tenant_id text NOT NULL,
        id text NOT NULL,
        url text NOT NULL,
        description text NOT NULL,
        -- Types and families of types; all when empty.
        types text[] NOT NULL,
        -- The signing secret, and the one before it while both count. Empty once the webhook is deleted.
        key_id text,
        sealed bytea,
        previous_key_id text,
        previous_sealed bytea,
        previous_until timestamptz,
        status text NOT NULL DEFAULT 'active',
        paused_reason text,
        -- What a transaction did that began later is sent.
        from_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        -- Turns in a row in which nothing was taken, and since when.
        failures int NOT NULL DEFAULT 0,
        failing_since timestamptz,
        last_error text,
        -- When something is due, and before when nothing is sent whatever is due.
        due_at timestamptz NOT NULL DEFAULT 'infinity',
        not_before timestamptz NOT NULL DEFAULT '-infinity',
        -- Whose turn it is, and until when nobody else takes it.
        lease text,
        leased_until timestamptz,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL,
        -- Its deliveries are swept a few at a time, and the row after them.
        deleted_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX webhooks_due ON webhooks.webhooks (greatest(due_at, not_before))
        WHERE status = 'active' AND deleted_at IS NULL;
      CREATE INDEX webhooks_by_created ON webhooks.webhooks (tenant_id, created_at, id);
      CREATE INDEX webhooks_leased ON webhooks.webhooks (leased_until) WHERE leased_until IS NOT NULL;
      CREATE INDEX webhooks_deleted ON webhooks.webhooks (deleted_at) WHERE deleted_at IS NOT NULL;

      CREATE TABLE webhooks.deliveries (
        tenant_id text NOT NULL,
        webhook_id text NOT NULL,
        event_id text NOT NULL,
        event_type text NOT NULL,
        -- Where the event lies among the events.
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
      CREATE INDEX deliveries_due ON webhooks.deliveries (tenant_id, webhook_id, due_at) WHERE state = 'pending';
      CREATE INDEX deliveries_by_created ON webhooks.deliveries (tenant_id, webhook_id, created_at, event_id);
      CREATE INDEX deliveries_done ON webhooks.deliveries (ended_at) WHERE state = 'delivered';
      CREATE INDEX deliveries_open ON webhooks.deliveries (created_at) WHERE state <> 'delivered';

      -- Up to where the events of all tenants have become deliveries; NULL: of none yet.
      CREATE TABLE webhooks.intake (one boolean PRIMARY KEY DEFAULT true CHECK (one), place text);
      INSERT INTO webhooks.intake DEFAULT VALUES;
      ALTER TABLE webhooks.intake ENABLE ROW LEVEL SECURITY;
      ALTER TABLE webhooks.intake FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON webhooks.intake TO CURRENT_USER USING (true) WITH CHECK (true);
    `);
    for (const table of ['webhooks', 'deliveries']) {
      await runner.query(`
        ALTER TABLE webhooks.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE webhooks.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON webhooks.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        CREATE POLICY owner_functions ON webhooks.${table} TO CURRENT_USER USING (true) WITH CHECK (true);
        GRANT SELECT, INSERT, UPDATE ON webhooks.${table} TO coresdk_app;
      `);
    }
    await runner.query(`
      CREATE FUNCTION webhooks.intake_place() RETURNS text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT place FROM webhooks.intake $$;

      -- Makes deliveries of events that were read behind a place, and notes up to where, in one transaction.
      -- Returns how many; NULL when another process was faster.
      CREATE FUNCTION webhooks.take_in(expected text, reached text, events jsonb) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        made bigint;
      BEGIN
        PERFORM FROM webhooks.intake WHERE place IS NOT DISTINCT FROM expected FOR UPDATE;
        IF NOT FOUND THEN
          RETURN NULL;
        END IF;
        WITH made AS (
          INSERT INTO webhooks.deliveries (tenant_id, webhook_id, event_id, event_type, place)
          SELECT w.tenant_id, w.id, e.id, e.type, e.place
          FROM jsonb_to_recordset(events) AS e ("tenantId" text, xid text, id text, type text, place text)
          JOIN webhooks.webhooks AS w ON w.tenant_id = e."tenantId" AND w.deleted_at IS NULL
            AND e.xid::xid8 > w.from_xid AND events.is_wanted(e.type, w.types)
          ON CONFLICT DO NOTHING RETURNING tenant_id, webhook_id
        ), concerned AS (SELECT tenant_id, webhook_id, count(*) AS made FROM made GROUP BY 1, 2), woken AS (
          UPDATE webhooks.webhooks AS w SET due_at = least(w.due_at, clock_timestamp())
          FROM concerned AS c WHERE w.tenant_id = c.tenant_id AND w.id = c.webhook_id
        )
        SELECT coalesce(sum(concerned.made), 0) INTO made FROM concerned;
        UPDATE webhooks.intake SET place = reached;
        RETURN made;
      END $$;

      -- Takes webhooks whose turn has come, of any tenants, for a while: of each tenant only so many at a time, and first the
      -- first of each tenant. What another process takes now is passed over.
      CREATE FUNCTION webhooks.claim(holder text, seconds int, at_most int, per_tenant int)
        RETURNS TABLE (tenant_id text, id text)
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        WITH held AS (
          SELECT w.tenant_id, count(*) AS turns FROM webhooks.webhooks AS w
          WHERE w.leased_until >= clock_timestamp() GROUP BY 1
        ), due AS (
          SELECT w.tenant_id, w.id, greatest(w.due_at, w.not_before) AS since,
            coalesce(held.turns, 0)
              + row_number() OVER (PARTITION BY w.tenant_id ORDER BY greatest(w.due_at, w.not_before)) AS turn
          FROM webhooks.webhooks AS w LEFT JOIN held ON held.tenant_id = w.tenant_id
          WHERE w.status = 'active' AND w.deleted_at IS NULL AND greatest(w.due_at, w.not_before) <= clock_timestamp()
            AND (w.leased_until IS NULL OR w.leased_until < clock_timestamp())
        ), chosen AS (
          SELECT w.tenant_id, w.id FROM webhooks.webhooks AS w
          JOIN due ON due.tenant_id = w.tenant_id AND due.id = w.id AND due.turn <= per_tenant
          WHERE w.leased_until IS NULL OR w.leased_until < clock_timestamp()
          ORDER BY due.turn, due.since LIMIT at_most FOR UPDATE OF w SKIP LOCKED
        )
        UPDATE webhooks.webhooks AS w
        SET lease = holder, leased_until = clock_timestamp() + make_interval(secs => seconds)
        FROM chosen WHERE w.tenant_id = chosen.tenant_id AND w.id = chosen.id
        RETURNING w.tenant_id, w.id
      $$;

      -- Notes what became of deliveries, whoever's turn it is by now, and how the turn goes on. The webhook is locked before
      -- what is due next is looked for: what comes in meanwhile waits for that lock, and wakes it anew.
      CREATE FUNCTION webhooks.note(of_tenant text, of_webhook text, holder text, results jsonb, turn jsonb) RETURNS jsonb
        LANGUAGE plpgsql SET search_path = '' AS $$
      DECLARE
        failed boolean := (turn->>'failed')::boolean;
        seconds int := (turn->>'leaseSeconds')::int;
        shown jsonb;
      BEGIN
        UPDATE webhooks.deliveries AS d
        SET state = r.state, attempts = d.attempts + 1, last_status = r.status, last_error = r.error,
          due_at = clock_timestamp() + make_interval(secs => r."waitMs" / 1000),
          ended_at = CASE WHEN r.state = 'pending' THEN NULL ELSE clock_timestamp() END
        FROM jsonb_to_recordset(results)
          AS r ("eventId" text, state text, status int, error text, "waitMs" double precision)
        WHERE d.tenant_id = of_tenant AND d.webhook_id = of_webhook AND d.event_id = r."eventId" AND d.state = 'pending';
        PERFORM FROM webhooks.webhooks
        WHERE tenant_id = of_tenant AND id = of_webhook AND lease = holder AND deleted_at IS NULL FOR UPDATE;
        IF NOT FOUND THEN
          RETURN NULL;
        END IF;
        UPDATE webhooks.webhooks SET
          failures = CASE WHEN failed IS NULL THEN failures WHEN failed THEN failures + 1 ELSE 0 END,
          failing_since = CASE WHEN failed IS NULL THEN failing_since WHEN failed THEN coalesce(failing_since, clock_timestamp()) END,
          last_error = CASE WHEN failed IS NULL THEN last_error WHEN failed THEN turn->>'error' END,
          not_before = CASE WHEN failed THEN clock_timestamp() + make_interval(secs => (turn->>'waitMs')::double precision / 1000)
            ELSE not_before END,
          due_at = coalesce((SELECT min(due_at) FROM webhooks.deliveries
            WHERE tenant_id = of_tenant AND webhook_id = of_webhook AND state = 'pending'), 'infinity'),
          lease = CASE WHEN seconds = 0 THEN NULL ELSE lease END,
          leased_until = CASE WHEN seconds = 0 THEN NULL ELSE clock_timestamp() + make_interval(secs => seconds) END
        WHERE tenant_id = of_tenant AND id = of_webhook
        RETURNING jsonb_build_object('status', status, 'failures', failures,
          'failingMs', extract(epoch FROM clock_timestamp() - failing_since) * 1000) INTO shown;
        RETURN shown;
      END $$;

      -- Sweeps deliveries that nobody needs any more, a few at a time: delivered ones after some days, any whose event is
      -- not kept any more, and those of webhooks that were deleted, with the webhooks. Returns how many rows.
      CREATE FUNCTION webhooks.sweep(delivered_days int, event_days int, at_most int) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        swept bigint := 0;
        step bigint;
      BEGIN
        DELETE FROM webhooks.deliveries WHERE ctid = ANY (ARRAY(SELECT ctid FROM webhooks.deliveries
          WHERE state = 'delivered' AND ended_at < now() - make_interval(days => delivered_days)
          LIMIT at_most FOR UPDATE SKIP LOCKED));
        GET DIAGNOSTICS step = ROW_COUNT;
        swept := swept + step;
        DELETE FROM webhooks.deliveries WHERE ctid = ANY (ARRAY(SELECT ctid FROM webhooks.deliveries
          WHERE state <> 'delivered' AND created_at < now() - make_interval(days => event_days + 1)
          LIMIT at_most FOR UPDATE SKIP LOCKED));
        GET DIAGNOSTICS step = ROW_COUNT;
        swept := swept + step;
        DELETE FROM webhooks.deliveries WHERE ctid = ANY (ARRAY(SELECT d.ctid FROM webhooks.webhooks AS w
          JOIN webhooks.deliveries AS d ON d.tenant_id = w.tenant_id AND d.webhook_id = w.id
          WHERE w.deleted_at IS NOT NULL LIMIT at_most FOR UPDATE OF d SKIP LOCKED));
        GET DIAGNOSTICS step = ROW_COUNT;
        swept := swept + step;
        DELETE FROM webhooks.webhooks AS w WHERE deleted_at < now() - interval '1 minute' AND NOT EXISTS (
          SELECT FROM webhooks.deliveries AS d WHERE d.tenant_id = w.tenant_id AND d.webhook_id = w.id);
        GET DIAGNOSTICS step = ROW_COUNT;
        RETURN swept + step;
      END $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA webhooks FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA webhooks TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
