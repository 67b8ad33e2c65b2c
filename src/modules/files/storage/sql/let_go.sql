CREATE OR REPLACE FUNCTION files.let_go(tenants text[], holders text[]) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  UPDATE files.objects AS o SET holder = NULL
  FROM unnest(tenants, holders) AS gone (tenant_id, holder)
  WHERE o.tenant_id = gone.tenant_id AND o.holder = gone.holder
$$;

REVOKE ALL ON FUNCTION files.let_go(text[], text[]) FROM PUBLIC;
