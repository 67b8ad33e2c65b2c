-- Returns the owner of a refresh token, for calls whose tenant is not known yet. The handle is a hash of the token's first 144 random bits.
CREATE OR REPLACE FUNCTION oauth.owner_of_family(wanted bytea) RETURNS TABLE (tenant_id text, client_id text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT f.tenant_id, f.client_id FROM oauth.refresh_families f WHERE f.handle = wanted LIMIT 1
$$;

REVOKE ALL ON FUNCTION oauth.owner_of_family(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION oauth.owner_of_family(bytea) TO coresdk_app;
