-- Returns the tenant of a passkey. With the same credential in two tenants, which only a manipulated device creates, there is no answer.
CREATE OR REPLACE FUNCTION factors.tenant_of_passkey(wanted bytea) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT CASE WHEN count(*) = 1 THEN min(tenant_id) END
  FROM factors.factors WHERE credential_id IS NOT NULL AND sha256(credential_id) = wanted
$$;

REVOKE ALL ON FUNCTION factors.tenant_of_passkey(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION factors.tenant_of_passkey(bytea) TO coresdk_app;
