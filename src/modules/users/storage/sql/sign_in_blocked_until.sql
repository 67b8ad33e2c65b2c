-- Returns the latest time until which any of these keys must wait; NULL if no key has to wait.
CREATE OR REPLACE FUNCTION users.sign_in_blocked_until(wanted bytea[], moment timestamptz) RETURNS timestamptz
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT max(blocked_until) FROM users.sign_in_failures WHERE key = ANY (wanted) AND blocked_until > moment
$$;

REVOKE ALL ON FUNCTION users.sign_in_blocked_until(bytea[], timestamp with time zone) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users.sign_in_blocked_until(bytea[], timestamp with time zone) TO coresdk_app;
