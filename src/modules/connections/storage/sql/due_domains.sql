-- Returns verified domains of every tenant that were last checked before a time, the longest unchecked first.
CREATE OR REPLACE FUNCTION connections.due_domains(checked_before timestamptz, at_most int)
  RETURNS TABLE (tenant_id text, domain text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT d.tenant_id, d.domain FROM connections.domains AS d
  WHERE d.verified_at IS NOT NULL AND d.checked_at < checked_before ORDER BY d.checked_at LIMIT at_most
$$;

REVOKE ALL ON FUNCTION connections.due_domains(timestamp with time zone, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION connections.due_domains(timestamp with time zone, integer) TO coresdk_app;
