-- Returns the tenant of the running transaction. After a transaction, the setting is an empty string, not NULL.
CREATE OR REPLACE FUNCTION kernel.current_tenant() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.tenant_id', true), '');

REVOKE ALL ON FUNCTION kernel.current_tenant() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kernel.current_tenant() TO coresdk_app;
