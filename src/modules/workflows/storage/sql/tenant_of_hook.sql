-- Returns the tenant of a workflow's hook before the caller is known; NULL for an unknown hook, and while the tenant is held back.
CREATE OR REPLACE FUNCTION workflows.tenant_of_hook(hook text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT t.tenant_id FROM workflows.triggers AS t
  WHERE t.workflow_id = hook AND t.type = 'webhook' AND NOT tenants.is_held_back(t.tenant_id) ORDER BY t.from_at LIMIT 1
$$;

REVOKE ALL ON FUNCTION workflows.tenant_of_hook(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workflows.tenant_of_hook(text) TO coresdk_app;
