-- Records the results of deliveries, regardless of which process now has the turn, and the state of the turn. The webhook is locked before
-- the search for the next due delivery, so that new deliveries wait for that lock and then wake the webhook again.
CREATE OR REPLACE FUNCTION webhooks.note(of_tenant text, of_webhook text, holder text, results jsonb, turn jsonb) RETURNS jsonb
  LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  failed boolean := (turn->>'failed')::boolean;
  seconds int := (turn->>'leaseSeconds')::int;
  shown jsonb;
BEGIN
  UPDATE webhooks.deliveries AS d
  SET state = r.state, attempts = d.attempts + 1, last_status = r.status, last_error = r.error,
    due_at = clock_timestamp() + make_interval(secs => r."waitMs" / 1000),
    ended_at = CASE WHEN r.state = 'pending' THEN NULL ELSE clock_timestamp() END
  FROM jsonb_to_recordset(results)
    AS r ("eventId" text, state text, status int, error text, "waitMs" double precision)
  WHERE d.tenant_id = of_tenant AND d.webhook_id = of_webhook AND d.event_id = r."eventId" AND d.state = 'pending';
  PERFORM FROM webhooks.webhooks
  WHERE tenant_id = of_tenant AND id = of_webhook AND lease = holder AND deleted_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  UPDATE webhooks.webhooks SET
    failures = CASE WHEN failed IS NULL THEN failures WHEN failed THEN failures + 1 ELSE 0 END,
    failing_since = CASE WHEN failed IS NULL THEN failing_since WHEN failed THEN coalesce(failing_since, clock_timestamp()) END,
    last_error = CASE WHEN failed IS NULL THEN last_error WHEN failed THEN turn->>'error' END,
    not_before = CASE WHEN failed THEN clock_timestamp() + make_interval(secs => (turn->>'waitMs')::double precision / 1000)
      ELSE not_before END,
    due_at = coalesce((SELECT min(due_at) FROM webhooks.deliveries
      WHERE tenant_id = of_tenant AND webhook_id = of_webhook AND state = 'pending'), 'infinity'),
    lease = CASE WHEN seconds = 0 THEN NULL ELSE lease END,
    leased_until = CASE WHEN seconds = 0 THEN NULL ELSE clock_timestamp() + make_interval(secs => seconds) END
  WHERE tenant_id = of_tenant AND id = of_webhook
  RETURNING jsonb_build_object('status', status, 'failures', failures,
    'failingMs', extract(epoch FROM clock_timestamp() - failing_since) * 1000) INTO shown;
  RETURN shown;
END $$;

REVOKE ALL ON FUNCTION webhooks.note(text, text, text, jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION webhooks.note(text, text, text, jsonb, jsonb) TO coresdk_app;
