-- Releases leases that their holder no longer needs.
CREATE OR REPLACE FUNCTION kernel.release_leases(names text[], of_holder text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM kernel.leases WHERE name = ANY (names) AND holder = of_holder
$$;

REVOKE ALL ON FUNCTION kernel.release_leases(text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kernel.release_leases(text[], text) TO coresdk_app;
