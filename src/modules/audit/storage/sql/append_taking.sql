-- Works like audit.append_at, and removes the appended events ([{t: tenant, id}]) from the outbox, or from the table of events that are
-- older than the chain. Makes no changes if one of these events is gone, or if another process is moving it. Waits only for heads, so that
-- no two batches wait for each other.
CREATE OR REPLACE FUNCTION audit.append_taking(records json, moved json, staged json, earlier json) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  found_staged text[];
  found_earlier bigint;
  heads_there bigint;
BEGIN
  SELECT count(*) INTO heads_there FROM (
    SELECT FROM json_to_recordset(moved) AS m (t text, was bigint, washash text)
    JOIN audit.heads h ON h.tenant_id = m.t
    WHERE h.size = m.was AND h.hash = decode(m.washash, 'hex')
    ORDER BY h.tenant_id FOR UPDATE OF h
  ) AS heads;
  IF heads_there <> json_array_length(moved) THEN
    RETURN false;
  END IF;
  SELECT coalesce(array_agg(o.id), '{}') INTO found_staged FROM (
    SELECT o.id FROM json_to_recordset(staged) AS s (t text, id text)
    JOIN kernel.outbox o ON o.id = s.id AND o.topic = 'audit' AND coalesce(o.tenant_id, 'system') = s.t
    FOR UPDATE OF o SKIP LOCKED
  ) AS o;
  SELECT count(*) INTO found_earlier FROM (
    SELECT FROM json_to_recordset(earlier) AS s (t text, id text)
    JOIN audit.earlier_events e ON e.tenant_id = s.t AND e.id = s.id FOR UPDATE OF e SKIP LOCKED
  ) AS e;
  IF cardinality(found_staged) <> json_array_length(staged) OR found_earlier <> json_array_length(earlier) THEN
    RETURN false;
  END IF;
  DELETE FROM kernel.outbox WHERE id = ANY (found_staged);
  DELETE FROM audit.earlier_events e USING json_to_recordset(earlier) AS s (t text, id text)
    WHERE e.tenant_id = s.t AND e.id = s.id;
  PERFORM audit.append_records(records, moved);
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION audit.append_taking(json, json, json, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.append_taking(json, json, json, json) TO coresdk_app;
