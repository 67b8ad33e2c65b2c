CREATE OR REPLACE FUNCTION kernel.prune_changes() RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  WITH pruned AS (DELETE FROM kernel.changes
    WHERE keep_until < now() RETURNING 1)
  SELECT count(*) FROM pruned
$$;

REVOKE ALL ON FUNCTION kernel.prune_changes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kernel.prune_changes() TO coresdk_app;
