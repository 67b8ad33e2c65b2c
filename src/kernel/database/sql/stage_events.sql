-- Stages events. Use it for group commits that write the events of many tenants in one transaction.
CREATE OR REPLACE FUNCTION kernel.stage_events(events jsonb) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  INSERT INTO kernel.outbox (id, topic, tenant_id, payload, resource)
  SELECT event->>'id', event->>'topic', event->>'tenantId', event->'payload', nullif(event->'resource', 'null')
  FROM jsonb_array_elements(events) AS event
  ON CONFLICT (id) DO NOTHING
$$;

REVOKE ALL ON FUNCTION kernel.stage_events(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kernel.stage_events(jsonb) TO coresdk_app;
