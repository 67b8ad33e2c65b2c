-- A worker is gone: it ended, or was not heard of since it had told so many times that it lives. Whoever sees it as it
-- tells once more loses. From then on nothing of what it held is its own.
CREATE OR REPLACE FUNCTION jobs.leave(executor text, heard bigint) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  UPDATE jobs.executors SET gone_at = clock_timestamp(), is_clean = heard IS NULL
  WHERE id = executor AND gone_at IS NULL AND (heard IS NULL OR beats = heard);
  RETURN FOUND;
END $$;

REVOKE ALL ON FUNCTION jobs.leave(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.leave(text, bigint) TO coresdk_app;
