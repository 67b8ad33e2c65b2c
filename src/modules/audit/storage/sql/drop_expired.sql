-- Drops records that are older than both their tenant's retention and the minimum number of days: a whole month if all its records have
-- expired, otherwise row by row. Of checkpoints that are older than a day, keeps only the last checkpoint of each hour. Only one process at
-- a time does this; other processes return immediately.
CREATE OR REPLACE FUNCTION audit.drop_expired(at_most int, least_days int) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
  partition text;
  is_needed boolean;
  dropped bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(4107343) THEN
    RETURN 0;
  END IF;
  FOR partition IN
    SELECT c.relname FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'audit.events'::regclass AND c.relname ~ '^events_[0-9]{4}_[0-9]{2}$'
      AND to_date(substring(c.relname FROM 8), 'YYYY_MM') + interval '1 month' <= now()
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM audit.%I e LEFT JOIN audit.retention r USING (tenant_id)
      WHERE r.keep_days IS NULL OR r.hold_reason IS NOT NULL
        OR e.recorded_at >= now() - make_interval(days => greatest(r.keep_days, $1)))', partition)
      INTO is_needed USING least_days;
    IF NOT is_needed THEN
      EXECUTE format('DROP TABLE audit.%I', partition);
    END IF;
  END LOOP;
  DELETE FROM audit.events e USING (
    SELECT old.tenant_id, old.sequence, old.recorded_at
    FROM audit.retention r JOIN audit.events old ON old.tenant_id = r.tenant_id
    WHERE r.hold_reason IS NULL AND r.keep_days IS NOT NULL
      AND old.recorded_at < now() - make_interval(days => greatest(r.keep_days, least_days))
    ORDER BY old.tenant_id, old.sequence LIMIT at_most
  ) AS expired
  WHERE e.tenant_id = expired.tenant_id AND e.sequence = expired.sequence AND e.recorded_at = expired.recorded_at;
  GET DIAGNOSTICS dropped = ROW_COUNT;
  DELETE FROM audit.checkpoints c WHERE c.signed_at < now() - interval '1 day'
    AND date_trunc('hour', c.signed_at) = (SELECT date_trunc('hour', n.signed_at) FROM audit.checkpoints n
      WHERE n.tenant_id = c.tenant_id AND n.size > c.size ORDER BY n.size LIMIT 1);
  RETURN dropped;
END $$;

REVOKE ALL ON FUNCTION audit.drop_expired(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.drop_expired(integer, integer) TO coresdk_app;
