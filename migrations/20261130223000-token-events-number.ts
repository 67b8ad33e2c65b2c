import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the same for token events as `events-number` for events. Nothing uses it yet. */
export class TokenEventsNumber1796077800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of ['staged', 'counters']) {
      await runner.query(`
        ALTER TABLE token_events.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE token_events.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON token_events.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        CREATE POLICY owner_functions ON token_events.${table} TO CURRENT_USER USING (true) WITH CHECK (true);
      `);
    }
    await runner.query(`
      GRANT INSERT ON token_events.staged TO coresdk_app;
      GRANT SELECT ON token_events.counters TO coresdk_app;
    `);
    await runner.query(NUMBER_ROWS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  -- Token events as their writes stage them, in the writes' own transactions. A mover numbers them in the order of seq.
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

  -- The number of the newest event of each log, and the time of that event.
  CREATE TABLE token_events.counters (
    tenant_id text PRIMARY KEY,
    last bigint NOT NULL,
    last_at timestamptz NOT NULL,
    -- Older cursors, which hold transaction ids, are valid from this transaction on. A backup contains no transaction ids:
    -- the default makes all of them invalid after a restore.
    xids_from xid8 NOT NULL DEFAULT '9223372036854775807'
  );

  ALTER TABLE token_events.events
    -- Counts the events of the tenant, without gaps. NULL only until the next migrations have filled it.
    ADD COLUMN number bigint,
    -- Counts the events of the installation's log that come before this one.
    ADD COLUMN of_all bigint;
`;

const NUMBER_ROWS = `
  -- Numbers events of a tenant after a given (xid, seq), in that order. While others write, it stops at the oldest running
  -- transaction, so that no event can appear before a numbered one. The settings make the planner find each row by the
  -- index of one partition.
  CREATE FUNCTION token_events.number_rows(tenant text, at_most int, is_alone boolean,
    INOUT to_xid xid8, INOUT to_seq bigint, OUT numbered int)
    LANGUAGE plpgsql SET search_path = '' SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  DECLARE
    is_below xid8 := CASE WHEN is_alone THEN '9223372036854775807' ELSE pg_snapshot_xmin(pg_current_snapshot()) END;
    counted_to bigint := coalesce((SELECT last FROM token_events.counters WHERE tenant_id = tenant), 0);
    last_row record;
  BEGIN
    WITH found AS MATERIALIZED (
      SELECT e.xid, e.seq, e.at FROM token_events.events AS e
      WHERE e.tenant_id = tenant AND (e.xid, e.seq) > (to_xid, to_seq) AND e.xid < is_below AND e.number IS NULL
      ORDER BY e.xid, e.seq LIMIT at_most
    ), counted AS MATERIALIZED (
      SELECT f.*, counted_to + row_number() OVER (ORDER BY f.xid, f.seq) AS number, CASE WHEN tenant = 'system' THEN 0 ELSE
          (SELECT count(*) FROM token_events.events AS s WHERE s.tenant_id = 'system' AND (s.xid, s.seq) < (f.xid, f.seq))
        END AS of_all
      FROM found AS f
    ), written AS (
      UPDATE token_events.events AS e SET number = c.number, of_all = c.of_all FROM counted AS c
      WHERE e.tenant_id = tenant AND e.xid = c.xid AND e.seq = c.seq AND e.at = c.at
    )
    SELECT c.xid, c.seq, c.at, c.number, count(*) OVER () AS total INTO last_row
    FROM counted AS c ORDER BY c.number DESC LIMIT 1;
    numbered := coalesce(last_row.total, 0);
    IF numbered > 0 THEN
      INSERT INTO token_events.counters (tenant_id, last, last_at, xids_from)
        VALUES (tenant, last_row.number, last_row.at, '0')
        ON CONFLICT (tenant_id) DO UPDATE SET last = excluded.last, last_at = excluded.last_at;
      to_xid := last_row.xid;
      to_seq := last_row.seq;
    END IF;
  END $$;
  REVOKE ALL ON FUNCTION token_events.number_rows(text, int, boolean, xid8, bigint) FROM PUBLIC;

  -- Returns the (xid, seq) of the last numbered event of a tenant.
  CREATE FUNCTION token_events.numbered_to(tenant text, OUT xid xid8, OUT seq bigint)
    LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT coalesce(max(e.xid), '0'), coalesce(max(e.seq), 0) FROM token_events.events AS e
    JOIN token_events.counters AS c ON c.tenant_id = e.tenant_id AND c.last = e.number
    WHERE c.tenant_id = tenant
  $$;
  REVOKE ALL ON FUNCTION token_events.numbered_to(text) FROM PUBLIC;
`;
