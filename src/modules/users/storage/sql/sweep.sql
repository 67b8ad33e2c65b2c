-- Deletes expired sessions, links, codes and invitations, and failed sign-ins and mails that no longer count. At most at_most
-- failures stay.
CREATE OR REPLACE FUNCTION users.sweep(moment timestamptz, at_most int) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM users.sessions WHERE expires_at <= moment;
  DELETE FROM users.password_links WHERE expires_at <= moment;
  DELETE FROM users.sign_in_codes WHERE expires_at <= moment;
  DELETE FROM users.invitations WHERE expires_at <= moment - interval '30 days';
  DELETE FROM users.sign_in_failures WHERE forget_at <= moment;
  DELETE FROM users.sign_in_failures WHERE key IN
    (SELECT key FROM users.sign_in_failures ORDER BY forget_at DESC OFFSET at_most);
  DELETE FROM users.sent_mails WHERE sent_at <= moment - interval '24 hours';
$$;

REVOKE ALL ON FUNCTION users.sweep(timestamp with time zone, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users.sweep(timestamp with time zone, integer) TO coresdk_app;
