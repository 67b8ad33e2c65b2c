import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds columns for numbers of events, a counter for each tenant, and the table in which writes stage their events. Nothing
 * uses them yet.
 */
export class EventsNumber1796076000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of ['staged', 'counters']) {
      await runner.query(`
        ALTER TABLE events.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE events.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON events.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        CREATE POLICY owner_functions ON events.${table} TO CURRENT_USER USING (true) WITH CHECK (true);
      `);
    }
    await runner.query(`
      ALTER TABLE events.feed_end ENABLE ROW LEVEL SECURITY;
      ALTER TABLE events.feed_end FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON events.feed_end TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT ON events.counters TO coresdk_app;
    `);
    await runner.query(NUMBER_ROWS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  -- Events as their writes stage them, in the writes' own transactions. A mover numbers them in the order of seq.
  CREATE TABLE events.staged (
    tenant_id text NOT NULL,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    -- When the transaction of the write began.
    began timestamptz NOT NULL DEFAULT now(),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    id text NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (tenant_id, seq)
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
  CREATE INDEX staged_order ON events.staged (seq);

  -- The number of the newest event of each tenant, and the time of that event.
  CREATE TABLE events.counters (
    tenant_id text PRIMARY KEY,
    last bigint NOT NULL,
    last_at timestamptz NOT NULL,
    -- Older cursors, which hold transaction ids, are valid from this transaction on. A backup contains no transaction ids:
    -- the default makes all of them invalid after a restore.
    xids_from xid8 NOT NULL DEFAULT '9223372036854775807'
  );

  -- The newest position in the feed of all tenants, and the time of that event.
  CREATE TABLE events.feed_end (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    last bigint NOT NULL DEFAULT 0,
    last_at timestamptz NOT NULL DEFAULT 'epoch'
  );
  INSERT INTO events.feed_end DEFAULT VALUES;

  ALTER TABLE events.events
    -- Counts the events of the tenant, without gaps. NULL only until the next migrations have filled it.
    ADD COLUMN number bigint,
    -- Counts the events of all tenants; means nothing outside this installation.
    ADD COLUMN position bigint,
    -- When the transaction of the write began. NULL in rows of earlier versions.
    ADD COLUMN began timestamptz;
`;

const NUMBER_ROWS = `
  -- Numbers events after a given (xid, seq), in that order. While others write, it stops at the oldest running
  -- transaction, so that no event can appear before a numbered one. The settings make the planner find each row by the
  -- index of one partition.
  CREATE FUNCTION events.number_rows(at_most int, is_alone boolean, INOUT to_xid xid8, INOUT to_seq bigint, OUT numbered int)
    LANGUAGE plpgsql SET search_path = '' SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  DECLARE
    is_below xid8 := CASE WHEN is_alone THEN '9223372036854775807' ELSE pg_snapshot_xmin(pg_current_snapshot()) END;
    last_row record;
  BEGIN
    WITH found AS MATERIALIZED (
      SELECT e.tenant_id, e.xid, e.seq, e.at FROM events.events AS e
      WHERE (e.xid, e.seq) > (to_xid, to_seq) AND e.xid < is_below AND e.number IS NULL ORDER BY e.xid, e.seq LIMIT at_most
    ), counted AS MATERIALIZED (
      SELECT f.*, coalesce(c.last, 0) + row_number() OVER (PARTITION BY f.tenant_id ORDER BY f.xid, f.seq) AS number,
        feed.last + row_number() OVER (ORDER BY f.xid, f.seq) AS position
      FROM found AS f CROSS JOIN events.feed_end AS feed LEFT JOIN events.counters AS c ON c.tenant_id = f.tenant_id
    ), written AS (
      UPDATE events.events AS e SET number = c.number, position = c.position FROM counted AS c
      WHERE e.tenant_id = c.tenant_id AND e.xid = c.xid AND e.seq = c.seq AND e.at = c.at
    ), noted AS (
      INSERT INTO events.counters (tenant_id, last, last_at, xids_from)
      SELECT DISTINCT ON (tenant_id) tenant_id, number, at, '0'::pg_catalog.xid8 FROM counted ORDER BY tenant_id, number DESC
      ON CONFLICT (tenant_id) DO UPDATE SET last = excluded.last, last_at = excluded.last_at
    )
    SELECT c.xid, c.seq, c.at, c.position, count(*) OVER () AS total INTO last_row
    FROM counted AS c ORDER BY c.position DESC LIMIT 1;
    numbered := coalesce(last_row.total, 0);
    IF numbered > 0 THEN
      UPDATE events.feed_end SET last = last_row.position, last_at = last_row.at;
      to_xid := last_row.xid;
      to_seq := last_row.seq;
    END IF;
  END $$;
  REVOKE ALL ON FUNCTION events.number_rows(int, boolean, xid8, bigint) FROM PUBLIC;
`;
