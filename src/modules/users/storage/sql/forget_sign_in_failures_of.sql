CREATE OR REPLACE FUNCTION users.forget_sign_in_failures_of(accounts bytea[]) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM users.sign_in_failures WHERE key = ANY (accounts) OR account = ANY (accounts)
$$;

REVOKE ALL ON FUNCTION users.forget_sign_in_failures_of(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users.forget_sign_in_failures_of(bytea[]) TO coresdk_app;
