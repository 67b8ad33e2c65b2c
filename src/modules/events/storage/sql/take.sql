-- Stages the event of a write, in the transaction of the write. Copies only the values listed here from the audit event: version numbers,
-- names of changed members, ids and roles.
CREATE OR REPLACE FUNCTION events.take() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  type text := events.type_of(NEW.payload->>'action');
  told jsonb := NEW.payload->'metadata';
  resource_type text := NEW.payload->>'resourceType';
  resource_id text := NEW.payload->>'resourceId';
BEGIN
  IF type IS NULL OR told->>'dryRun' = 'true' OR (resource_type = 'file' AND NOT starts_with(resource_id, 'shared/')) THEN
    RETURN NULL;
  END IF;
  INSERT INTO events.staged (tenant_id, id, type, subject, data)
  VALUES (NEW.tenant_id, 'evt-' || regexp_replace(NEW.id, '^aud-', ''), type,
    concat_ws('/', resource_type, nullif(resource_id, '')),
    jsonb_strip_nulls(jsonb_build_object('id', nullif(resource_id, ''), 'version', told->'version',
      'changed', told->'changed', 'restoredFrom', told->'restoredFrom', 'userId', told->'userId',
      'role', told->'role', 'reason', told->'reason', 'size', told->'size',
      'source', CASE WHEN starts_with(told->>'source', 'shared/') THEN told->'source' END))
    || coalesce(NEW.resource, '{}'));
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION events.take() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.take() TO coresdk_app;
