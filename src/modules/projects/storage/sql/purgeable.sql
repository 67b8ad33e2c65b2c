CREATE OR REPLACE FUNCTION projects.purgeable(days int, at_most int) RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('tenantId', tenant_id, 'id', id)), '[]')
  FROM (SELECT tenant_id, id FROM projects.projects WHERE deleted_at < now() - make_interval(days => days)
        ORDER BY deleted_at LIMIT at_most) AS old
$$;

REVOKE ALL ON FUNCTION projects.purgeable(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION projects.purgeable(integer, integer) TO coresdk_app;
