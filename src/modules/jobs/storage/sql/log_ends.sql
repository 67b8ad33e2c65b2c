-- Returns the number of lines in the logs of jobs, and whether these jobs have ended.
CREATE OR REPLACE FUNCTION jobs.log_ends(tenants text[], ids text[]) RETURNS TABLE (id text, lines bigint, is_over boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT j.id, j.log_lines, j.place IS NULL
  FROM unnest(tenants, ids) AS asked (tenant_id, id)
  JOIN jobs.jobs AS j ON j.tenant_id = asked.tenant_id AND j.id = asked.id
$$;

REVOKE ALL ON FUNCTION jobs.log_ends(text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.log_ends(text[], text[]) TO coresdk_app;
