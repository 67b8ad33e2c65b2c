-- Adds to the usage in a month (add 0 to read it) and returns the sums, in the order of the arrays.
CREATE OR REPLACE FUNCTION rate_limit.use(tenants text[], names text[], in_month date, amounts bigint[]) RETURNS SETOF bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  total bigint;
BEGIN
  FOR i IN 1 .. coalesce(array_length(tenants, 1), 0) LOOP
    INSERT INTO rate_limit.usage AS u (tenant_id, name, month, used)
    VALUES (tenants[i], names[i], in_month, greatest(amounts[i], 0))
    ON CONFLICT (tenant_id, name, month) DO UPDATE SET used = greatest(u.used + amounts[i], 0)
    RETURNING u.used INTO total;
    RETURN NEXT total;
  END LOOP;
END $$;

REVOKE ALL ON FUNCTION rate_limit.use(text[], text[], date, bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rate_limit.use(text[], text[], date, bigint[]) TO coresdk_app;
