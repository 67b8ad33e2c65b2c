-- Returns true for an existing session, and locks it until the caller's transaction ends; NULL if there is no such session. Waits for a
-- transaction that is ending the session.
CREATE OR REPLACE FUNCTION users.hold_session(tenant text, session text) RETURNS boolean
  LANGUAGE sql VOLATILE SET search_path = '' AS $$
  SELECT true FROM users.sessions WHERE tenant_id = tenant AND id = session FOR SHARE
$$;

REVOKE ALL ON FUNCTION users.hold_session(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users.hold_session(text, text) TO coresdk_app;
