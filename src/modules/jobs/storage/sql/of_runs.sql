-- Returns the jobs that these runs hold, of any tenants.
CREATE OR REPLACE FUNCTION jobs.of_runs(runs jsonb) RETURNS SETOF jobs.jobs
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT j.* FROM jsonb_to_recordset(runs) AS r ("tenantId" text, id text, fence int)
  JOIN jobs.jobs AS j ON j.tenant_id = r."tenantId" AND j.id = r.id AND j.fence = r.fence AND j.place = 'held'
$$;

REVOKE ALL ON FUNCTION jobs.of_runs(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.of_runs(jsonb) TO coresdk_app;
