CREATE OR REPLACE FUNCTION users.forget_sign_in_failures(wanted bytea[]) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM users.sign_in_failures WHERE key = ANY (wanted)
$$;

REVOKE ALL ON FUNCTION users.forget_sign_in_failures(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users.forget_sign_in_failures(bytea[]) TO coresdk_app;
