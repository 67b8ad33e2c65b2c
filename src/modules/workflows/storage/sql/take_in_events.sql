-- Creates firings for events that were read after a position in the feed, and records the new position, in one transaction. A trigger fires
-- for events of transactions that began after the transaction that armed it. Returns the number of firings, or NULL when another process
-- was faster.
CREATE OR REPLACE FUNCTION workflows.take_in_events(expected text, up_to text, events jsonb) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  made bigint;
BEGIN
  PERFORM FROM workflows.intake WHERE coalesce(feed_place, place) IS NOT DISTINCT FROM expected FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  INSERT INTO workflows.firings (tenant_id, workflow_id, key, version, submitted_by, principal, place, due_at)
  SELECT t.tenant_id, t.workflow_id, e.id, w.version, t.submitted_by, t.principal, e.place, clock_timestamp()
  FROM jsonb_to_recordset(events) AS e ("tenantId" text, began timestamptz, id text, type text, place text)
  JOIN workflows.triggers AS t ON t.tenant_id = e."tenantId" AND t.type = 'event' AND t.is_armed
    AND e.began > t.from_at AND events.is_wanted(e.type, ARRAY[t.event])
  JOIN workflows.workflows AS w ON w.tenant_id = t.tenant_id AND w.id = t.workflow_id AND w.deleted_at IS NULL
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS made = ROW_COUNT;
  UPDATE workflows.intake SET feed_place = up_to;
  RETURN made;
END $$;

REVOKE ALL ON FUNCTION workflows.take_in_events(text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workflows.take_in_events(text, text, jsonb) TO coresdk_app;
