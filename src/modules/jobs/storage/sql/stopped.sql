-- Returns the runs that must end, because their job has ended or another run holds it.
CREATE OR REPLACE FUNCTION jobs.stopped(runs jsonb) RETURNS TABLE (id text, fence int, is_over boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT r.id, r.fence, j.place IS NULL
  FROM jsonb_to_recordset(runs) AS r ("tenantId" text, id text, fence int)
  LEFT JOIN jobs.jobs AS j ON j.tenant_id = r."tenantId" AND j.id = r.id
  WHERE j.id IS NULL OR j.place IS DISTINCT FROM 'held' OR j.fence <> r.fence
$$;

REVOKE ALL ON FUNCTION jobs.stopped(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.stopped(jsonb) TO coresdk_app;
