-- Claims open jobs whose last authority check is older than these limits: one limit for running jobs, and one for waiting jobs.
CREATE OR REPLACE FUNCTION jobs.claim_standing_jobs(running_seconds int, waiting_seconds int, at_most int)
  RETURNS SETOF jobs.jobs LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  UPDATE jobs.jobs AS j SET authority_checked_at = clock_timestamp() WHERE j.ctid = ANY (ARRAY(
    SELECT o.ctid FROM jobs.jobs AS o
    WHERE (o.place = 'held' AND coalesce(o.authority_checked_at, o.started_at, o.created_at)
        < clock_timestamp() - make_interval(secs => running_seconds))
      OR (o.place = 'delayed' AND coalesce(o.authority_checked_at, o.created_at)
        < clock_timestamp() - make_interval(secs => waiting_seconds))
      OR (o.place = 'ready' AND coalesce(o.authority_checked_at, o.created_at)
        < clock_timestamp() - make_interval(secs => waiting_seconds))
    LIMIT at_most FOR UPDATE SKIP LOCKED)) RETURNING j.*
$$;

REVOKE ALL ON FUNCTION jobs.claim_standing_jobs(integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.claim_standing_jobs(integer, integer, integer) TO coresdk_app;
