-- Claims triggers whose last authority check is older than this limit.
CREATE OR REPLACE FUNCTION workflows.claim_standing_triggers(waiting_seconds int, at_most int)
  RETURNS TABLE (tenant_id text, workflow_id text, submitted_by jsonb, principal jsonb, armed_at timestamptz)
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  UPDATE workflows.triggers AS t SET authority_checked_at = clock_timestamp() WHERE t.ctid = ANY (ARRAY(
    SELECT o.ctid FROM workflows.triggers AS o WHERE o.is_armed
      AND coalesce(o.authority_checked_at, o.from_at) < clock_timestamp() - make_interval(secs => waiting_seconds)
    LIMIT at_most FOR UPDATE SKIP LOCKED))
  RETURNING t.tenant_id, t.workflow_id, t.submitted_by, t.principal, t.from_at
$$;

REVOKE ALL ON FUNCTION workflows.claim_standing_triggers(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workflows.claim_standing_triggers(integer, integer) TO coresdk_app;
