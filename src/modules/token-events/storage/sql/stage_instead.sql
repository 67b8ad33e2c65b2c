-- Stages an event that is inserted without a number, as the previous version does.
CREATE OR REPLACE FUNCTION token_events.stage_instead() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  INSERT INTO token_events.staged (tenant_id, at, type, client_id, user_id, details)
  VALUES (NEW.tenant_id, NEW.at, NEW.type, NEW.client_id, NEW.user_id, NEW.details);
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION token_events.stage_instead() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_events.stage_instead() TO coresdk_app;
