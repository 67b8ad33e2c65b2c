-- Appends records if all heads still have the size and hash that the writer expects; otherwise appends no records. The heads are locked in
-- the order of tenants, so that no two batches wait for each other.
CREATE OR REPLACE FUNCTION audit.append_at(records json, moved json) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  locked bigint;
BEGIN
  SELECT count(*) INTO locked FROM (
    SELECT FROM json_to_recordset(moved) AS m (t text, was bigint, washash text)
    JOIN audit.heads h ON h.tenant_id = m.t
    WHERE h.size = m.was AND h.hash = decode(m.washash, 'hex')
    ORDER BY h.tenant_id FOR UPDATE OF h
  ) AS heads;
  IF locked <> json_array_length(moved) THEN
    RETURN false;
  END IF;
  PERFORM audit.append_records(records, moved);
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION audit.append_at(json, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.append_at(json, json) TO coresdk_app;
