-- Stages events for group commits, which contain the events of many tenants, and for the installation's own events.
CREATE OR REPLACE FUNCTION token_events.log_all(events jsonb) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  INSERT INTO token_events.staged (tenant_id, type, client_id, user_id, details)
  SELECT event->>'tenantId', event->>'type', event->>'clientId', event->>'userId', event->'details'
  FROM jsonb_array_elements(events) WITH ORDINALITY AS e (event, place) ORDER BY place;
END $$;

REVOKE ALL ON FUNCTION token_events.log_all(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_events.log_all(jsonb) TO coresdk_app;
