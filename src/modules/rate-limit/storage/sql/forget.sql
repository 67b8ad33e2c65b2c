CREATE OR REPLACE FUNCTION rate_limit.forget(tenant text, wanted text[]) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM rate_limit.buckets WHERE tenant_id = tenant AND name = ANY (wanted)
$$;

REVOKE ALL ON FUNCTION rate_limit.forget(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rate_limit.forget(text, text[]) TO coresdk_app;
