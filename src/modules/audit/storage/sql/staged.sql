-- Returns staged events with these names, which stay in the outbox.
CREATE OR REPLACE FUNCTION audit.staged(tenants text[], ids text[]) RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(jsonb_agg(o.payload), '[]') FROM unnest(tenants, ids) AS asked (tenant_id, id)
  JOIN kernel.outbox o ON o.id = asked.id AND o.topic = 'audit' AND coalesce(o.tenant_id, 'system') = asked.tenant_id
$$;

REVOKE ALL ON FUNCTION audit.staged(text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.staged(text[], text[]) TO coresdk_app;
