CREATE OR REPLACE FUNCTION webhooks.intake_place() RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT place FROM webhooks.intake $$;

REVOKE ALL ON FUNCTION webhooks.intake_place() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION webhooks.intake_place() TO coresdk_app;
