-- For each position in the arrays, counts as many of the calls as fit; the other calls cost nothing. All processes must pass the arrays in
-- the same order. All numbers are in microseconds. The time is the beginning of the statement, so a statement that waits for another one
-- grants too few calls rather than too many.
CREATE OR REPLACE FUNCTION rate_limit.take(
  tenants text[], names text[], steps double precision[], capacities double precision[], calls int[]
) RETURNS TABLE (granted int, filled double precision)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  now_at double precision := rate_limit.moment();
  until_at double precision;
BEGIN
  FOR i IN 1 .. coalesce(array_length(tenants, 1), 0) LOOP
    granted := least(calls[i], floor(capacities[i] / steps[i] + 1e-6));
    INSERT INTO rate_limit.buckets AS b (tenant_id, name, empty_at, granted)
    VALUES (tenants[i], names[i], now_at + granted * steps[i], granted)
    ON CONFLICT (tenant_id, name) DO UPDATE SET
      granted = least(calls[i], floor((capacities[i] - greatest(b.empty_at - now_at, 0)) / steps[i] + 1e-6)),
      empty_at = greatest(b.empty_at, now_at) + steps[i]
        * least(calls[i], floor((capacities[i] - greatest(b.empty_at - now_at, 0)) / steps[i] + 1e-6))
    WHERE (capacities[i] - greatest(b.empty_at - now_at, 0)) / steps[i] + 1e-6 >= 1
    RETURNING b.granted, b.empty_at INTO granted, until_at;
    IF NOT FOUND THEN
      granted := 0;
      SELECT b.empty_at INTO until_at FROM rate_limit.buckets b
      WHERE b.tenant_id = tenants[i] AND b.name = names[i];
    END IF;
    filled := greatest(coalesce(until_at, now_at) - now_at, 0);
    RETURN NEXT;
  END LOOP;
END $$;

REVOKE ALL ON FUNCTION rate_limit.take(text[], text[], double precision[], double precision[], integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rate_limit.take(text[], text[], double precision[], double precision[], integer[]) TO coresdk_app;
