-- Ends jobs that ran, as jobs.conclude does. Returns whether any job of the types waits to be given to a worker.
CREATE OR REPLACE FUNCTION jobs.finish(outcomes jsonb, types text[]) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  PERFORM FROM jobs.conclude(outcomes);
  RETURN EXISTS (SELECT FROM jobs.jobs AS j WHERE j.place = 'ready' AND j.type = ANY (types));
END $$;

REVOKE ALL ON FUNCTION jobs.finish(jsonb, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.finish(jsonb, text[]) TO coresdk_app;
