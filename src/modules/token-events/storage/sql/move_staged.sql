-- Moves committed events from the staging table into the log, oldest first. Each event gets its tenant's next number, and the number of
-- events in the installation's log before it. Only one transaction at a time does this, and its rows are visible before the next
-- transaction begins, so that no number appears below a number that was already read. Returns the number of moved events, or 0 while
-- another transaction moves events.
CREATE OR REPLACE FUNCTION token_events.move_staged(at_most int) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  oldest timestamptz;
  of_all_before bigint;
  moved int;
BEGIN
  -- An idle look takes no lock and writes nothing.
  IF NOT EXISTS (SELECT FROM token_events.staged) OR NOT pg_try_advisory_xact_lock(4107345) THEN
    RETURN 0;
  END IF;
  -- Readers prune days by the time of the event at their position, so no later event may be much older. The bound also gives
  -- events that waited for long, such as in a backup, a day that has a partition.
  oldest := greatest(clock_timestamp() - interval '12 hours', token_events.kept_from());
  of_all_before := coalesce((SELECT last FROM token_events.counters WHERE tenant_id = 'system'), 0);
  WITH taken AS (
    DELETE FROM token_events.staged WHERE seq IN (SELECT seq FROM token_events.staged ORDER BY seq LIMIT at_most)
    RETURNING *
  ), numbered AS (
    SELECT t.tenant_id, t.seq, least(greatest(t.at, oldest), clock_timestamp()) AS at, t.type, t.client_id, t.user_id,
      t.details, coalesce(c.last, 0) + row_number() OVER (PARTITION BY t.tenant_id ORDER BY t.seq) AS number,
      CASE WHEN t.tenant_id = 'system' THEN 0 ELSE
        of_all_before + count(*) FILTER (WHERE t.tenant_id = 'system') OVER (ORDER BY t.seq) END AS of_all
    FROM taken AS t LEFT JOIN token_events.counters AS c ON c.tenant_id = t.tenant_id
  ), counted AS (
    INSERT INTO token_events.counters (tenant_id, last, last_at, xids_from)
    SELECT DISTINCT ON (tenant_id) tenant_id, number, at, '0'::pg_catalog.xid8 FROM numbered ORDER BY tenant_id, number DESC
    ON CONFLICT (tenant_id) DO UPDATE SET last = excluded.last, last_at = excluded.last_at
  )
  -- The previous version reads in the order (xid, seq).
  INSERT INTO token_events.events (tenant_id, seq, at, type, client_id, user_id, details, number, of_all)
  SELECT tenant_id, seq, at, type, client_id, user_id, details, number, of_all FROM numbered;
  GET DIAGNOSTICS moved = ROW_COUNT;
  RETURN moved;
END $$;

REVOKE ALL ON FUNCTION token_events.move_staged(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_events.move_staged(integer) TO coresdk_app;
