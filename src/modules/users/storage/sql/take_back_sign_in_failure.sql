CREATE OR REPLACE FUNCTION users.take_back_sign_in_failure(wanted bytea) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  UPDATE users.sign_in_failures SET failures = greatest(failures - 1, 0), blocked_until = '-infinity' WHERE key = wanted
$$;

REVOKE ALL ON FUNCTION users.take_back_sign_in_failure(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users.take_back_sign_in_failure(bytea) TO coresdk_app;
