-- Returns the tenants whose log has grown beyond a number, without any other information about them.
CREATE OR REPLACE FUNCTION token_events.moved_past(tenants text[], numbers bigint[]) RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(array_agg(waiting.tenant), '{}') FROM unnest(tenants, numbers) AS waiting (tenant, number)
  JOIN token_events.counters AS c ON c.tenant_id = waiting.tenant AND c.last > waiting.number
$$;

REVOKE ALL ON FUNCTION token_events.moved_past(text[], bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_events.moved_past(text[], bigint[]) TO coresdk_app;
