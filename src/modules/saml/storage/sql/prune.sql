-- Deletes expired records of every tenant.
CREATE OR REPLACE FUNCTION saml.prune() RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM saml.shown_assertions WHERE expires_at < now() - interval '1 minute'
$$;

REVOKE ALL ON FUNCTION saml.prune() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION saml.prune() TO coresdk_app;
