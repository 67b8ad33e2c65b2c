-- Ends jobs that ran, as jobs.conclude does. Returns whether jobs of the same tenants and of these types are waiting. They might have
-- waited because their tenant was at its limit.
CREATE OR REPLACE FUNCTION jobs.finish(outcomes jsonb, types text[]) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
  AS $$
BEGIN
  PERFORM FROM jobs.conclude(outcomes);
  RETURN EXISTS (
    SELECT FROM jsonb_to_recordset(outcomes) AS o ("tenantId" text), unnest(types) AS t (type), LATERAL (
      SELECT FROM jobs.jobs AS j WHERE j.place = 'ready' AND j.type = t.type AND j.tenant_id = o."tenantId" LIMIT 1
    ) AS waits);
END $$;

REVOKE ALL ON FUNCTION jobs.finish(jsonb, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.finish(jsonb, text[]) TO coresdk_app;
