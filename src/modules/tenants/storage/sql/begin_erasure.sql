-- Deletes a tenant, so that no process finds it any more, and opens its erasure. Returns false if the tenant is not due
-- for erasure.
CREATE OR REPLACE FUNCTION tenants.begin_erasure(erasure text, wanted text, waits interval) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  gone tenants.tenants;
BEGIN
  PERFORM set_config('app.tenant_id', wanted, true);
  DELETE FROM tenants.tenants
  WHERE id = wanted AND status = 'pending_deletion' AND erase_after <= clock_timestamp()
  RETURNING * INTO gone;
  IF gone.id IS NULL THEN RETURN false; END IF;
  INSERT INTO tenants.erasures (id, subject, slug, name, started_at, erase_from)
  VALUES (erasure, gone.id, gone.slug, gone.name, clock_timestamp(), clock_timestamp() + waits);
  PERFORM tenants.note_erased(erasure, 'tenants.tenants', ARRAY[to_jsonb(gone)::text]);
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION tenants.begin_erasure(text, text, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.begin_erasure(text, text, interval) TO coresdk_app;
