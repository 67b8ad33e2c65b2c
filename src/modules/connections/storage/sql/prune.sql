-- Deletes expired sign-ins of every tenant.
CREATE OR REPLACE FUNCTION connections.prune() RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM connections.sign_ins WHERE expires_at < now()
$$;

REVOKE ALL ON FUNCTION connections.prune() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION connections.prune() TO coresdk_app;
