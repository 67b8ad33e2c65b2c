CREATE OR REPLACE FUNCTION rate_limit.release(tenant text, wanted text, lease text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM rate_limit.leases WHERE tenant_id = tenant AND name = wanted AND id = lease
$$;

REVOKE ALL ON FUNCTION rate_limit.release(text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rate_limit.release(text, text, text) TO coresdk_app;
