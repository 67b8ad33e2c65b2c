-- Serves the previous version, and is to be dropped with the next one: returns the place up to which events became deliveries.
CREATE OR REPLACE FUNCTION webhooks.intake_place() RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT CASE WHEN feed_place IS NULL THEN place ELSE events.feed_place_before(feed_place) END FROM webhooks.intake
$$;

REVOKE ALL ON FUNCTION webhooks.intake_place() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION webhooks.intake_place() TO coresdk_app;
