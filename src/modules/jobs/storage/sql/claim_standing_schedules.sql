-- Claims schedules that have a next tick and whose last authority check is older than this limit.
CREATE OR REPLACE FUNCTION jobs.claim_standing_schedules(waiting_seconds int, at_most int)
  RETURNS TABLE (tenant_id text, id text) LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  UPDATE jobs.schedules AS s SET authority_checked_at = clock_timestamp() WHERE s.ctid = ANY (ARRAY(
    SELECT o.ctid FROM jobs.schedules AS o WHERE o.next_at IS NOT NULL
      AND coalesce(o.authority_checked_at, o.updated_at) < clock_timestamp() - make_interval(secs => waiting_seconds)
    LIMIT at_most FOR UPDATE SKIP LOCKED)) RETURNING s.tenant_id, s.id
$$;

REVOKE ALL ON FUNCTION jobs.claim_standing_schedules(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.claim_standing_schedules(integer, integer) TO coresdk_app;
