-- Returns logs whose newest record is not covered by a checkpoint yet.
CREATE OR REPLACE FUNCTION audit.unsigned_heads(at_most int) RETURNS TABLE (tenant_id text, size bigint, frontier bytea)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT h.tenant_id, h.size, h.frontier FROM audit.heads h
  WHERE h.size > 0 AND NOT EXISTS (
    SELECT FROM audit.checkpoints c WHERE c.tenant_id = h.tenant_id AND c.size = h.size)
  ORDER BY h.tenant_id LIMIT at_most
$$;

REVOKE ALL ON FUNCTION audit.unsigned_heads(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.unsigned_heads(integer) TO coresdk_app;
