CREATE OR REPLACE FUNCTION kernel.prune_idempotent_writes() RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  WITH pruned AS (DELETE FROM kernel.idempotent_writes WHERE expires_at < now() RETURNING 1)
  SELECT count(*) FROM pruned
$$;

REVOKE ALL ON FUNCTION kernel.prune_idempotent_writes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kernel.prune_idempotent_writes() TO coresdk_app;
