-- Ends the jobs of jobs.without_runner as failed. The lock prevents their assignment to a worker in the meantime.
CREATE OR REPLACE FUNCTION jobs.fail_without_runner(seconds int, at_most int, message text) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  failed int;
BEGIN
  PERFORM pg_advisory_xact_lock(4107333);
  SELECT count(*) INTO failed FROM jobs.conclude((
    SELECT coalesce(jsonb_agg(jsonb_build_object('tenantId', w.tenant_id, 'id', w.id, 'state', 'failed', 'exitCode', 1,
      'errorCode', 'no_runner', 'error', message,
      'data', jsonb_build_object('exitCode', 1, 'error', jsonb_build_object('code', 'no_runner', 'message', message)))), '[]')
    FROM jobs.without_runner(seconds, at_most) AS w));
  RETURN failed;
END $$;

REVOKE ALL ON FUNCTION jobs.fail_without_runner(integer, integer, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.fail_without_runner(integer, integer, text) TO coresdk_app;
