-- Returns the heads of these logs, and the given ids that the logs already contain. Creates missing heads.
CREATE OR REPLACE FUNCTION audit.read_heads(tenants text[], id_tenants text[], ids text[]) RETURNS jsonb
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  heads jsonb;
  known jsonb;
BEGIN
  INSERT INTO audit.heads (tenant_id)
    SELECT wanted FROM unnest(tenants) AS wanted
    WHERE NOT EXISTS (SELECT FROM audit.heads h WHERE h.tenant_id = wanted) ORDER BY wanted
    ON CONFLICT DO NOTHING;
  SELECT jsonb_agg(jsonb_build_object('tenantId', h.tenant_id, 'size', h.size, 'hash', encode(h.hash, 'hex'),
      'frontier', encode(h.frontier, 'hex'), 'earlier', h.earlier)) INTO heads
    FROM audit.heads h WHERE h.tenant_id = ANY (tenants);
  SELECT jsonb_agg(jsonb_build_object('tenantId', l.tenant_id, 'id', l.id, 'sequence', l.sequence,
      'previousHash', encode(e.previous_hash, 'hex'), 'recordHash', encode(e.record_hash, 'hex'))) INTO known
    FROM unnest(id_tenants, ids) AS asked (tenant_id, id)
    JOIN audit.leaves l ON l.tenant_id = asked.tenant_id AND l.id = asked.id
    LEFT JOIN audit.events e ON e.tenant_id = l.tenant_id AND e.sequence = l.sequence;
  RETURN jsonb_build_object('heads', coalesce(heads, '[]'), 'known', coalesce(known, '[]'));
END $$;

REVOKE ALL ON FUNCTION audit.read_heads(text[], text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.read_heads(text[], text[], text[]) TO coresdk_app;
