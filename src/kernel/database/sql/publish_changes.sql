CREATE OR REPLACE FUNCTION kernel.publish_changes(changes jsonb) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  INSERT INTO kernel.changes (topic, tenant_id, key, payload, keep_until)
  SELECT change->>'topic', change->>'tenantId', change->>'key', change->'payload',
         coalesce(to_timestamp((change->>'keepUntilMs')::double precision / 1000), now() + interval '24 hours')
  FROM jsonb_array_elements(changes) AS change;
  PERFORM pg_notify('changes', '');
END $$;

REVOKE ALL ON FUNCTION kernel.publish_changes(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kernel.publish_changes(jsonb) TO coresdk_app;
