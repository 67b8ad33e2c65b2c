CREATE OR REPLACE FUNCTION rate_limit.leave(replica text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM rate_limit.replicas WHERE id = replica
$$;

REVOKE ALL ON FUNCTION rate_limit.leave(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rate_limit.leave(text) TO coresdk_app;
