-- Returns events that were recorded before the chain existed, oldest first.
CREATE OR REPLACE FUNCTION audit.earlier(at_most int) RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'tenantId', tenant_id, 'appId', app_id,
      'actorType', actor_type, 'actorId', actor_id, 'action', action, 'resourceType', resource_type,
      'resourceId', resource_id, 'outcome', outcome, 'reason', reason, 'requestId', request_id, 'ip', ip,
      'metadata', metadata, 'tsMs', floor(extract(epoch FROM ts) * 1000)) ORDER BY ts, id), '[]')
  FROM (SELECT * FROM audit.earlier_events ORDER BY ts, id LIMIT at_most) AS e
$$;

REVOKE ALL ON FUNCTION audit.earlier(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.earlier(integer) TO coresdk_app;
