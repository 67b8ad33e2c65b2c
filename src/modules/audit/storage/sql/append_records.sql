-- Appends records to logs whose heads are locked, and moves the heads from their previous positions.
CREATE OR REPLACE FUNCTION audit.append_records(records json, moved json) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  done bigint;
BEGIN
  WITH given AS MATERIALIZED (
    SELECT * FROM json_to_recordset(records) AS r (t text, s bigint, id text, app text, kind text, actor text,
      action text, rtype text, rid text, outcome text, reason text, request text, ip text, policy text,
      metadata jsonb, person text, sealed text, ts double precision, previous text, hash text, leaf text)
  ), leaves AS (
    INSERT INTO audit.leaves (tenant_id, sequence, id, hashes) SELECT t, s, id, decode(leaf, 'hex') FROM given
  )
  INSERT INTO audit.events (tenant_id, sequence, id, app_id, actor_type, actor_id, action, resource_type, resource_id,
    outcome, reason, request_id, ip, policy_revision, metadata, person, personal, ts, previous_hash, record_hash)
  SELECT t, s, id, app, kind, actor, action, rtype, rid, outcome, reason, request, ip, policy, metadata, person,
    decode(sealed, 'base64'), to_timestamp(ts / 1000), decode(previous, 'hex'), decode(hash, 'hex')
  FROM given;
  UPDATE audit.heads h SET size = m.size, hash = decode(m.hash, 'hex'), frontier = decode(m.frontier, 'hex')
    FROM json_to_recordset(moved) AS m (t text, was bigint, size bigint, hash text, frontier text)
    WHERE h.tenant_id = m.t AND h.size = m.was;
  GET DIAGNOSTICS done = ROW_COUNT;
  IF done <> json_array_length(moved) THEN
    RAISE EXCEPTION 'A head of the audit log is not where it was read.';
  END IF;
END $$;

REVOKE ALL ON FUNCTION audit.append_records(json, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.append_records(json, json) TO coresdk_app;
