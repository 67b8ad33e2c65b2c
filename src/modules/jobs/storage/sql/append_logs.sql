-- Appends pieces to logs, in order. For each piece, returns whether it is stored. A piece is refused when its writer no longer holds the
-- job, or does not know where the log ends. A piece that is already stored, because the earlier response was lost, is not written twice.
CREATE OR REPLACE FUNCTION jobs.append_logs(tenants text[], ids text[], fences int[], first_lines bigint[], counts int[],
  contents bytea[]) RETURNS SETOF boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  size int;
BEGIN
  FOR i IN 1..cardinality(ids) LOOP
    size := octet_length(contents[i]);
    UPDATE jobs.jobs AS j SET log_lines = j.log_lines + counts[i], log_bytes = j.log_bytes + size
    WHERE j.tenant_id = tenants[i] AND j.id = ids[i] AND j.fence = fences[i] AND j.place = 'held'
      AND j.log_lines = first_lines[i];
    IF NOT FOUND THEN
      RETURN NEXT EXISTS (
        SELECT FROM jobs.jobs AS j WHERE j.tenant_id = tenants[i] AND j.id = ids[i] AND j.fence = fences[i]
          AND j.log_lines >= first_lines[i] + counts[i]
      );
      CONTINUE;
    END IF;
    -- Small writes extend a chunk as long as rewriting the chunk costs less than another row.
    UPDATE jobs.log_chunks AS c SET content = c.content || contents[i], lines = c.lines + counts[i]
    WHERE c.tenant_id = tenants[i] AND c.job_id = ids[i] AND c.first_line = (
        SELECT max(l.first_line) FROM jobs.log_chunks AS l WHERE l.tenant_id = tenants[i] AND l.job_id = ids[i]
      ) AND octet_length(c.content) + size <= 8192;
    IF NOT FOUND THEN
      INSERT INTO jobs.log_chunks (tenant_id, job_id, first_line, lines, content)
      VALUES (tenants[i], ids[i], first_lines[i], counts[i], contents[i]);
    END IF;
    RETURN NEXT true;
  END LOOP;
END $$;

REVOKE ALL ON FUNCTION jobs.append_logs(text[], text[], integer[], bigint[], integer[], bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.append_logs(text[], text[], integer[], bigint[], integer[], bytea[]) TO coresdk_app;
