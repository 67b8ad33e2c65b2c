CREATE OR REPLACE FUNCTION jobs.due_schedules(at_most int) RETURNS TABLE (tenant_id text, id text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT due.tenant_id, due.id FROM (
    SELECT s.tenant_id, s.id, s.next_at, row_number() OVER (PARTITION BY s.tenant_id ORDER BY s.next_at) AS turn
    FROM jobs.schedules AS s
    WHERE s.next_at <= clock_timestamp() AND NOT tenants.is_held_back(s.tenant_id)
      AND (s.put_off_at IS NULL OR s.put_off_at < clock_timestamp() - interval '5 seconds')
  ) AS due ORDER BY due.turn, due.next_at LIMIT at_most
$$;

REVOKE ALL ON FUNCTION jobs.due_schedules(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.due_schedules(integer) TO coresdk_app;
