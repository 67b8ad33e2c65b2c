-- Logs each mark that revokes the tokens of a user, a session, an app or a tenant, in the transaction that writes the mark, because many
-- modules write such marks. The code that revokes a single token or a grant logs that itself, with the actor.
CREATE OR REPLACE FUNCTION token_events.log_mark() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  kind text := NEW.payload->>'kind';
  subject text := NEW.payload->>'subject';
BEGIN
  INSERT INTO token_events.staged (tenant_id, type, client_id, user_id, details)
  VALUES (coalesce(NEW.tenant_id, 'system'), 'token.revoked',
    CASE kind WHEN 'client' THEN subject END, CASE kind WHEN 'user' THEN subject END,
    jsonb_build_object('covers', kind) ||
      CASE kind WHEN 'session' THEN jsonb_build_object('sessionId', subject) ELSE '{}' END);
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION token_events.log_mark() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_events.log_mark() TO coresdk_app;
