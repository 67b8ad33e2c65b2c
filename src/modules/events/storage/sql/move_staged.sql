-- Moves committed events from the staging table into the log, oldest first. Each event gets its tenant's next number and the next position
-- in the feed of all tenants. Only one transaction at a time does this, and its rows are visible before the next transaction begins, so
-- that no number appears below a number that was already read. Returns the number of moved events, or 0 while another transaction moves
-- events.
CREATE OR REPLACE FUNCTION events.move_staged(at_most int) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  oldest timestamptz;
  moved int;
BEGIN
  -- An idle look takes no lock and writes nothing.
  IF NOT EXISTS (SELECT FROM events.staged) OR NOT pg_try_advisory_xact_lock(4107344) THEN
    RETURN 0;
  END IF;
  -- Readers prune days by the time of the event at their position, so no later event may be much older. The bound also gives
  -- events that waited for long, such as in a backup, a day that has a partition.
  oldest := greatest(clock_timestamp() - interval '12 hours', events.kept_from());
  WITH taken AS (
    DELETE FROM events.staged WHERE seq IN (SELECT seq FROM events.staged ORDER BY seq LIMIT at_most) RETURNING *
  ), numbered AS (
    SELECT t.tenant_id, t.began, least(greatest(t.at, oldest), clock_timestamp()) AS at, t.id, t.type, t.subject, t.data,
      coalesce(c.last, 0) + row_number() OVER (PARTITION BY t.tenant_id ORDER BY t.seq) AS number,
      f.last + row_number() OVER (ORDER BY t.seq) AS position
    FROM taken AS t CROSS JOIN events.feed_end AS f LEFT JOIN events.counters AS c ON c.tenant_id = t.tenant_id
  ), counted AS (
    INSERT INTO events.counters (tenant_id, last, last_at, xids_from)
    SELECT DISTINCT ON (tenant_id) tenant_id, number, at, '0'::pg_catalog.xid8 FROM numbered ORDER BY tenant_id, number DESC
    ON CONFLICT (tenant_id) DO UPDATE SET last = excluded.last, last_at = excluded.last_at
  ), ended AS (
    UPDATE events.feed_end AS f SET last = n.position, last_at = n.at
    FROM (SELECT position, at FROM numbered ORDER BY position DESC LIMIT 1) AS n
  )
  -- The previous version reads in the order (xid, seq).
  INSERT INTO events.events (tenant_id, seq, at, id, type, subject, data, number, position, began)
  SELECT tenant_id, position, at, id, type, subject, data, number, position, began FROM numbered;
  GET DIAGNOSTICS moved = ROW_COUNT;
  RETURN moved;
END $$;

REVOKE ALL ON FUNCTION events.move_staged(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.move_staged(integer) TO coresdk_app;
