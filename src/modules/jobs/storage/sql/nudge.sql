-- Has the engine go on with a run that was given out and never began.
CREATE OR REPLACE FUNCTION jobs.nudge(of_tenant text, job text, as_fence int, executor text, speaks int) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  PERFORM FROM jobs.jobs AS j WHERE j.tenant_id = of_tenant AND j.id = job AND j.fence = as_fence AND j.place = 'held'
    AND j.executor_id = executor FOR UPDATE;
  RETURN FOUND AND jobs.resume_run(job, executor, speaks, false, false);
END $$;

REVOKE ALL ON FUNCTION jobs.nudge(text, text, integer, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.nudge(text, text, integer, text, integer) TO coresdk_app;
