CREATE OR REPLACE FUNCTION jobs.held_by(executor text) RETURNS TABLE (tenant_id text, id text, fence int, losses int)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT j.tenant_id, j.id, j.fence, j.losses FROM jobs.jobs AS j WHERE j.place = 'held' AND j.executor_id = executor
$$;

REVOKE ALL ON FUNCTION jobs.held_by(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.held_by(text) TO coresdk_app;
