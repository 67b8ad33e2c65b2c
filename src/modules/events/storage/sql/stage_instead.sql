-- Stages an event that is inserted without a number, as the previous version does.
CREATE OR REPLACE FUNCTION events.stage_instead() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  INSERT INTO events.staged (tenant_id, at, id, type, subject, data)
  VALUES (NEW.tenant_id, NEW.at, NEW.id, NEW.type, NEW.subject, NEW.data);
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION events.stage_instead() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.stage_instead() TO coresdk_app;
