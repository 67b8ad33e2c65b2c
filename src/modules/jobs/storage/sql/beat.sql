-- Records a worker's heartbeat. Returns all live workers, including this one, each with the number of its heartbeats. Returns no rows if
-- this worker has been declared dead, in which case it must stop.
CREATE OR REPLACE FUNCTION jobs.beat(executor text) RETURNS TABLE (id text, beats bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_column
BEGIN
  UPDATE jobs.executors SET beats = beats + 1, beat_at = clock_timestamp() WHERE id = executor AND gone_at IS NULL;
  IF FOUND THEN
    RETURN QUERY SELECT e.id, e.beats FROM jobs.executors AS e WHERE e.gone_at IS NULL;
  END IF;
END $$;

REVOKE ALL ON FUNCTION jobs.beat(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.beat(text) TO coresdk_app;
