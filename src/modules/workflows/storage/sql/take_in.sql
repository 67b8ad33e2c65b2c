-- Used only by the previous version; drop this function in the next version. Creates firings for events that were read after a position in
-- the feed, and records the new position. Returns the number of firings, or NULL when another process was faster.
CREATE OR REPLACE FUNCTION workflows.take_in(expected text, reached text, events jsonb) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  made bigint;
BEGIN
  PERFORM FROM workflows.intake FOR UPDATE;
  IF (SELECT s.place FROM workflows.intake_state() AS s) IS DISTINCT FROM expected THEN
    RETURN NULL;
  END IF;
  INSERT INTO workflows.firings (tenant_id, workflow_id, key, version, submitted_by, principal, place, due_at)
  SELECT t.tenant_id, t.workflow_id, e.id, w.version, t.submitted_by, t.principal, e.place, clock_timestamp()
  FROM jsonb_to_recordset(events) AS e ("tenantId" text, xid text, id text, type text, place text)
  JOIN workflows.triggers AS t ON t.tenant_id = e."tenantId" AND t.type = 'event' AND t.is_armed
    AND e.xid::xid8 > t.from_xid AND events.is_wanted(e.type, ARRAY[t.event])
  JOIN workflows.workflows AS w ON w.tenant_id = t.tenant_id AND w.id = t.workflow_id AND w.deleted_at IS NULL
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS made = ROW_COUNT;
  UPDATE workflows.intake SET place = reached, feed_place = NULL;
  RETURN made;
END $$;

REVOKE ALL ON FUNCTION workflows.take_in(text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workflows.take_in(text, text, jsonb) TO coresdk_app;
