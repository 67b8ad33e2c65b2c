-- Creates the partitions for today and the following days. They are attached, not created in place, because attaching does not require a
-- lock that would block writers or readers.
CREATE OR REPLACE FUNCTION events.make_days(ahead int) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  day date := (now() AT TIME ZONE 'UTC')::date;
  last date := day + ahead;
  name text;
  made int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(4107341);
  WHILE day <= last LOOP
    name := 'events_' || to_char(day, 'YYYYMMDD');
    IF to_regclass('events.' || name) IS NULL THEN
      EXECUTE format('CREATE TABLE events.%I (LIKE events.events INCLUDING DEFAULTS)', name);
      EXECUTE format('ALTER TABLE events.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
      EXECUTE format('ALTER TABLE events.events ATTACH PARTITION events.%I FOR VALUES FROM (%L) TO (%L)',
        name, day || ' 00:00:00+00', (day + 1) || ' 00:00:00+00');
      made := made + 1;
    END IF;
    day := day + 1;
  END LOOP;
  RETURN made;
END $$;

REVOKE ALL ON FUNCTION events.make_days(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.make_days(integer) TO coresdk_app;
