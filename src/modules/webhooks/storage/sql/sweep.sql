-- Deletes deliveries that are no longer needed, a few at a time: completed deliveries after some days, deliveries whose event is no longer
-- kept, and the deliveries of deleted webhooks, together with these webhooks. Returns the number of deleted rows.
CREATE OR REPLACE FUNCTION webhooks.sweep(delivered_days int, event_days int, at_most int) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  swept bigint := 0;
  step bigint;
BEGIN
  DELETE FROM webhooks.deliveries WHERE ctid = ANY (ARRAY(SELECT ctid FROM webhooks.deliveries
    WHERE state = 'delivered' AND ended_at < now() - make_interval(days => delivered_days)
    LIMIT at_most FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS step = ROW_COUNT;
  swept := swept + step;
  DELETE FROM webhooks.deliveries WHERE ctid = ANY (ARRAY(SELECT ctid FROM webhooks.deliveries
    WHERE state <> 'delivered' AND created_at < now() - make_interval(days => event_days + 1)
    LIMIT at_most FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS step = ROW_COUNT;
  swept := swept + step;
  DELETE FROM webhooks.deliveries WHERE ctid = ANY (ARRAY(SELECT d.ctid FROM webhooks.webhooks AS w
    JOIN webhooks.deliveries AS d ON d.tenant_id = w.tenant_id AND d.webhook_id = w.id
    WHERE w.deleted_at IS NOT NULL LIMIT at_most FOR UPDATE OF d SKIP LOCKED));
  GET DIAGNOSTICS step = ROW_COUNT;
  swept := swept + step;
  DELETE FROM webhooks.webhooks AS w WHERE deleted_at < now() - interval '1 minute' AND NOT EXISTS (
    SELECT FROM webhooks.deliveries AS d WHERE d.tenant_id = w.tenant_id AND d.webhook_id = w.id);
  GET DIAGNOSTICS step = ROW_COUNT;
  RETURN swept + step;
END $$;

REVOKE ALL ON FUNCTION webhooks.sweep(integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION webhooks.sweep(integer, integer, integer) TO coresdk_app;
