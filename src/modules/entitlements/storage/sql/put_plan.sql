CREATE OR REPLACE FUNCTION entitlements.put_plan(new_name text, new_definition jsonb) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  INSERT INTO entitlements.plans AS p (name, definition) VALUES (new_name, new_definition)
  ON CONFLICT (name) DO UPDATE
    SET definition = excluded.definition, version = p.version + 1, updated_at = now()
$$;

REVOKE ALL ON FUNCTION entitlements.put_plan(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION entitlements.put_plan(text, jsonb) TO coresdk_app;
