CREATE OR REPLACE FUNCTION tenants.finish_erasure(erasure text, at timestamptz, signed text) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  UPDATE tenants.erasures SET finished_at = at, certificate = signed
  WHERE id = erasure AND finished_at IS NULL RETURNING true
$$;

REVOKE ALL ON FUNCTION tenants.finish_erasure(text, timestamp with time zone, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.finish_erasure(text, timestamp with time zone, text) TO coresdk_app;
