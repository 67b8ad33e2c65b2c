-- Deletes unusable data of all tenants. A used code stays for an hour, so that its second use is detected.
CREATE OR REPLACE FUNCTION oauth.prune() RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM oauth.codes WHERE expires_at < now() - interval '1 hour';
  DELETE FROM oauth.assertions WHERE expires_at < now() - interval '1 minute';
  DELETE FROM oauth.refresh_families
    WHERE ended_at < now() - interval '1 hour' OR least(idle_until, expires_at) < now() - interval '1 hour';
  UPDATE oauth.refresh_families SET previous_request = NULL, previous_answer = NULL
    WHERE previous_answer IS NOT NULL AND rotated_at < now() - interval '1 minute';
  DELETE FROM oauth.grants WHERE revoked_at < now() - interval '1 hour';
$$;

REVOKE ALL ON FUNCTION oauth.prune() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION oauth.prune() TO coresdk_app;
