-- Stages an event of the current transaction's tenant. The statements of other modules call this function.
CREATE OR REPLACE FUNCTION token_events.log(event jsonb) RETURNS boolean
  LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO token_events.staged (tenant_id, type, client_id, user_id, details)
  VALUES (event->>'tenantId', event->>'type', event->>'clientId', event->>'userId', event->'details');
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION token_events.log(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_events.log(jsonb) TO coresdk_app;
