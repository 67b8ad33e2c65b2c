-- Returns the entries of one topic that are still valid, a page at a time, for a subscriber that loads.
CREATE OR REPLACE FUNCTION kernel.changes_kept(wanted text, after_id bigint, page_size int) RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object(
    'id', id, 'topic', topic, 'tenantId', tenant_id, 'key', key, 'payload', payload,
    'keepUntilMs', floor(extract(epoch FROM keep_until) * 1000)) ORDER BY id), '[]')
  FROM (SELECT * FROM kernel.changes WHERE topic = wanted AND id > after_id AND keep_until > now()
        ORDER BY id LIMIT page_size) AS page
$$;

REVOKE ALL ON FUNCTION kernel.changes_kept(text, bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kernel.changes_kept(text, bigint, integer) TO coresdk_app;
