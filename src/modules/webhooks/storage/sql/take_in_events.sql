-- Creates deliveries for events that were read after a position, and records the new position, in one transaction. A webhook gets the
-- events of transactions that began after the transaction that created it. Returns the number of deliveries, or NULL if another process was
-- faster.
CREATE OR REPLACE FUNCTION webhooks.take_in_events(expected text, up_to text, events jsonb) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  made bigint;
BEGIN
  PERFORM FROM webhooks.intake WHERE coalesce(feed_place, place) IS NOT DISTINCT FROM expected FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  WITH made AS (
    INSERT INTO webhooks.deliveries (tenant_id, webhook_id, event_id, event_type, place)
    SELECT w.tenant_id, w.id, e.id, e.type, e.place
    FROM jsonb_to_recordset(events) AS e ("tenantId" text, began timestamptz, id text, type text, place text)
    JOIN webhooks.webhooks AS w ON w.tenant_id = e."tenantId" AND w.deleted_at IS NULL
      AND e.began > w.created_at AND events.is_wanted(e.type, w.types)
    ON CONFLICT DO NOTHING RETURNING tenant_id, webhook_id
  ), concerned AS (SELECT tenant_id, webhook_id, count(*) AS made FROM made GROUP BY 1, 2), woken AS (
    UPDATE webhooks.webhooks AS w SET due_at = least(w.due_at, clock_timestamp())
    FROM concerned AS c WHERE w.tenant_id = c.tenant_id AND w.id = c.webhook_id
  )
  SELECT coalesce(sum(concerned.made), 0) INTO made FROM concerned;
  UPDATE webhooks.intake SET feed_place = up_to;
  RETURN made;
END $$;

REVOKE ALL ON FUNCTION webhooks.take_in_events(text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION webhooks.take_in_events(text, text, jsonb) TO coresdk_app;
