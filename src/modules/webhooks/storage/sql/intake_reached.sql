-- Returns the position up to which the events of all tenants have been turned into deliveries, as recorded by this or the previous version.
CREATE OR REPLACE FUNCTION webhooks.intake_reached() RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT coalesce(feed_place, place) FROM webhooks.intake $$;

REVOKE ALL ON FUNCTION webhooks.intake_reached() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION webhooks.intake_reached() TO coresdk_app;
