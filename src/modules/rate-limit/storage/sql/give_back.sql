-- Subtracts counts for calls that did not happen. All processes must pass the arrays in the same order here, too.
CREATE OR REPLACE FUNCTION rate_limit.give_back(tenants text[], names text[], amounts double precision[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  FOR i IN 1 .. coalesce(array_length(tenants, 1), 0) LOOP
    UPDATE rate_limit.buckets AS b SET empty_at = b.empty_at - amounts[i]
    WHERE b.tenant_id = tenants[i] AND b.name = names[i];
  END LOOP;
END $$;

REVOKE ALL ON FUNCTION rate_limit.give_back(text[], text[], double precision[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rate_limit.give_back(text[], text[], double precision[]) TO coresdk_app;
