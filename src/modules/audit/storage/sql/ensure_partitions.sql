-- Creates the partitions for this month and the next two months. Each partition also has row security, in case it is accessed directly.
CREATE OR REPLACE FUNCTION audit.ensure_partitions() RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET timezone = 'UTC' AS $$
DECLARE
  month timestamptz;
  name text;
BEGIN
  PERFORM pg_advisory_xact_lock(4107342);
  FOR ahead IN 0..2 LOOP
    month := date_trunc('month', now()) + make_interval(months => ahead);
    name := 'events_' || to_char(month, 'YYYY_MM');
    CONTINUE WHEN to_regclass('audit.' || name) IS NOT NULL;
    EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.events FOR VALUES FROM (%L) TO (%L)',
      name, month, month + interval '1 month');
    EXECUTE format('ALTER TABLE audit.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE audit.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY owner_functions ON audit.%I TO CURRENT_USER USING (true) WITH CHECK (true)', name);
  END LOOP;
END $$;

REVOKE ALL ON FUNCTION audit.ensure_partitions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.ensure_partitions() TO coresdk_app;
