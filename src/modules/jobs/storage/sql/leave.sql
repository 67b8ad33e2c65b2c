-- Marks a worker as gone: it ended, or has sent no heartbeat since the count `heard`. A worker that has sent another heartbeat since is not
-- marked. A marked worker no longer owns its jobs.
CREATE OR REPLACE FUNCTION jobs.leave(executor text, heard bigint) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  UPDATE jobs.executors SET gone_at = clock_timestamp(), is_clean = heard IS NULL
  WHERE id = executor AND gone_at IS NULL AND (heard IS NULL OR beats = heard);
  RETURN FOUND;
END $$;

REVOKE ALL ON FUNCTION jobs.leave(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.leave(text, bigint) TO coresdk_app;
