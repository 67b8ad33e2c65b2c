-- Returns the feed position that trigger matching has reached, as recorded by this or the previous version, and whether any trigger needs
-- events.
CREATE OR REPLACE FUNCTION workflows.intake_reached() RETURNS TABLE (place text, "isWanted" boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(i.feed_place, i.place), EXISTS (SELECT FROM workflows.triggers WHERE type = 'event' AND is_armed)
  FROM workflows.intake AS i
$$;

REVOKE ALL ON FUNCTION workflows.intake_reached() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workflows.intake_reached() TO coresdk_app;
