-- What is durable of a running job lies with the engine, which knows no tenants: it goes with the job.
CREATE OR REPLACE FUNCTION jobs.forget_run() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  DELETE FROM dbos.operation_outputs WHERE workflow_uuid = old.id;
  DELETE FROM dbos.workflow_input WHERE workflow_uuid = old.id;
  DELETE FROM dbos.workflow_output WHERE workflow_uuid = old.id;
  DELETE FROM dbos.workflow_status WHERE workflow_uuid = old.id;
  RETURN old;
END $$;

REVOKE ALL ON FUNCTION jobs.forget_run() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.forget_run() TO coresdk_app;
