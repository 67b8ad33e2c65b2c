-- Deletes firings for which no retry is expected anymore, a few at a time. Returns the number of deleted firings.
CREATE OR REPLACE FUNCTION workflows.sweep_firings(kept_days int, at_most int) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  swept bigint;
BEGIN
  DELETE FROM workflows.firings WHERE ctid = ANY (ARRAY(SELECT f.ctid FROM workflows.firings AS f
    WHERE f.at < now() - make_interval(days => kept_days) LIMIT at_most FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS swept = ROW_COUNT;
  RETURN swept;
END $$;

REVOKE ALL ON FUNCTION workflows.sweep_firings(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workflows.sweep_firings(integer, integer) TO coresdk_app;
