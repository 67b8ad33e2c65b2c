-- Ends jobs that ran, as jobs.conclude does. Returns whether jobs of their tenants and of the types wait: each may have been
-- at the limit of its tenant.
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
