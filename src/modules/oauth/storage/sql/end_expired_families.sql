-- Ends the families of refresh tokens that were not used in time, and logs each family once.
CREATE OR REPLACE FUNCTION oauth.end_expired_families() RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  expired jsonb;
BEGIN
  WITH over AS (
    UPDATE oauth.refresh_families SET ended_at = least(idle_until, expires_at), previous_answer = NULL
    WHERE ended_at IS NULL AND least(idle_until, expires_at) <= now()
    RETURNING *
  )
  SELECT coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', tenant_id, 'type', 'refresh_family.expired', 'clientId', client_id, 'userId', user_id,
    'details', jsonb_build_object('grantId', grant_id, 'scopes', scopes,
      'reason', CASE WHEN expires_at <= idle_until THEN 'lifetime' ELSE 'idle' END))), '[]') INTO expired FROM over;
  PERFORM token_events.log_all(expired);
  RETURN jsonb_array_length(expired);
END $$;

REVOKE ALL ON FUNCTION oauth.end_expired_families() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION oauth.end_expired_families() TO coresdk_app;
