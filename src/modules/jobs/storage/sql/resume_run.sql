-- Has the engine run a job on where it was, in the queue of the worker that has it now, as the engine's own recovery does:
-- what it has finished stays. Whoever calls this holds the job's row and has just become its holder, which is the fence.
-- anew: the attempt before has failed; what its first failed step and those after it gave is forgotten.
-- afresh: nothing of it is kept, as another protocol would run on from it otherwise.
-- Returns whether the engine knows the job: if not, it is to be started.
CREATE OR REPLACE FUNCTION jobs.resume_run(job text, executor text, speaks int, anew boolean, afresh boolean) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  now_ms bigint := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
BEGIN
  IF afresh THEN
    DELETE FROM dbos.operation_outputs WHERE workflow_uuid = job;
    DELETE FROM dbos.workflow_input WHERE workflow_uuid = job;
    DELETE FROM dbos.workflow_output WHERE workflow_uuid = job;
    DELETE FROM dbos.workflow_status WHERE workflow_uuid = job;
    RETURN false;
  END IF;
  UPDATE dbos.workflow_status SET status = 'ENQUEUED', queue_name = 'jobs-' || executor, executor_id = executor,
    application_version = speaks::text, owner_xid = NULL, started_at_epoch_ms = NULL, completed_at = NULL,
    recovery_attempts = 0, output = NULL, error = NULL, updated_at = now_ms
  WHERE workflow_uuid = job;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  DELETE FROM dbos.workflow_output WHERE workflow_uuid = job;
  IF anew THEN
    DELETE FROM dbos.operation_outputs WHERE workflow_uuid = job AND function_id >= (
      SELECT min(function_id) FROM dbos.operation_outputs WHERE workflow_uuid = job AND error IS NOT NULL);
  END IF;
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION jobs.resume_run(text, text, integer, boolean, boolean) FROM PUBLIC;
