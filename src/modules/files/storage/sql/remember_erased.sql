CREATE OR REPLACE FUNCTION files.remember_erased() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  INSERT INTO files.erased (prefix) VALUES (OLD.tenant_id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION files.remember_erased() FROM PUBLIC;
