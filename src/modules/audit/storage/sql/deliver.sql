-- Returns 1 if the outbox contains a staged event with this id for this log, and 0 otherwise.
CREATE OR REPLACE FUNCTION audit.deliver(wanted text, of_tenant text, at_most int) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  SELECT count(*) FROM kernel.outbox
  WHERE topic = 'audit' AND id = wanted AND coalesce(tenant_id, 'system') = of_tenant
$$;

REVOKE ALL ON FUNCTION audit.deliver(text, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.deliver(text, text, integer) TO coresdk_app;
