-- For the previous version; drop it with the next version. Returns the position up to which events have been turned into deliveries.
CREATE OR REPLACE FUNCTION webhooks.intake_place() RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT CASE WHEN feed_place IS NULL THEN place ELSE events.feed_place_before(feed_place) END FROM webhooks.intake
$$;

REVOKE ALL ON FUNCTION webhooks.intake_place() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION webhooks.intake_place() TO coresdk_app;
