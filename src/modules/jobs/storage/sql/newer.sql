-- Returns the watched jobs that have newer events than their watchers.
CREATE OR REPLACE FUNCTION jobs.newer(watched jsonb) RETURNS TABLE (id text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT DISTINCT w.id FROM jsonb_to_recordset(watched) AS w ("tenantId" text, id text, seq int)
  JOIN jobs.jobs AS j ON j.tenant_id = w."tenantId" AND j.id = w.id AND j.last_event > w.seq
$$;

REVOKE ALL ON FUNCTION jobs.newer(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.newer(jsonb) TO coresdk_app;
