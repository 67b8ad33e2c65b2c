-- The horizon and the rows come from one snapshot, so no row can commit between them.
CREATE OR REPLACE FUNCTION kernel.changes_since(since xid8, except_ids bigint[]) RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT jsonb_build_object(
    'horizon', pg_snapshot_xmin(pg_current_snapshot())::text,
    'changes', coalesce((
      SELECT jsonb_agg(jsonb_build_object(
        'id', id, 'xid', xid::text, 'topic', topic, 'tenantId', tenant_id, 'key', key, 'payload', payload,
        'keepUntilMs', floor(extract(epoch FROM keep_until) * 1000)) ORDER BY id)
      FROM kernel.changes WHERE xid >= since AND id <> ALL (except_ids)), '[]'))
$$;

REVOKE ALL ON FUNCTION kernel.changes_since(xid8, bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kernel.changes_since(xid8, bigint[]) TO coresdk_app;
