-- Stores the results of finished steps, many at a time. A step is stored only if its run still holds the job. Returns the steps that are
-- stored. A step that is already stored, because the earlier response was lost, does not change.
-- done: [{tenantId, id, fence, number, name, result: JSON text}].
CREATE OR REPLACE FUNCTION jobs.keep_steps(done jsonb) RETURNS TABLE (id text, number int)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
  AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(done) AS s ("tenantId" text, id text, fence int, number int, name text, result text)
  ), held AS MATERIALIZED (
    -- A worker that takes a job over waits until the previous run's steps are stored. After that, no more steps of that run are accepted.
    SELECT j.tenant_id, j.id, j.fence FROM jobs.jobs AS j
    WHERE (j.tenant_id, j.id, j.fence) IN (SELECT g."tenantId", g.id, g.fence FROM given AS g) AND j.place = 'held'
    ORDER BY j.id COLLATE "C" FOR SHARE
  ), kept AS (
    INSERT INTO jobs.steps (tenant_id, job_id, number, name, result)
    SELECT g."tenantId", g.id, g.number, g.name, g.result::jsonb
    FROM given AS g JOIN held AS h ON h.tenant_id = g."tenantId" AND h.id = g.id AND h.fence = g.fence
    ON CONFLICT DO NOTHING
  )
  SELECT g.id, g.number FROM given AS g JOIN held AS h ON h.tenant_id = g."tenantId" AND h.id = g.id AND h.fence = g.fence;
END $$;

REVOKE ALL ON FUNCTION jobs.keep_steps(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.keep_steps(jsonb) TO coresdk_app;
