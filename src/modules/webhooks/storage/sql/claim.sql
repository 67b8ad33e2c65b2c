-- Claims due webhooks of all tenants for a limited time. Limits the number of webhooks per tenant, and takes the first webhook of each
-- tenant before the second webhook of any tenant. Skips webhooks that another process is claiming, and tenants that are not active.
CREATE OR REPLACE FUNCTION webhooks.claim(holder text, seconds int, at_most int, per_tenant int)
  RETURNS TABLE (tenant_id text, id text)
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  WITH held AS (
    SELECT w.tenant_id, count(*) AS turns FROM webhooks.webhooks AS w
    WHERE w.leased_until >= clock_timestamp() GROUP BY 1
  ), due AS (
    SELECT w.tenant_id, w.id, greatest(w.due_at, w.not_before) AS since,
      coalesce(held.turns, 0)
        + row_number() OVER (PARTITION BY w.tenant_id ORDER BY greatest(w.due_at, w.not_before)) AS turn
    FROM webhooks.webhooks AS w LEFT JOIN held ON held.tenant_id = w.tenant_id
    WHERE w.status = 'active' AND w.deleted_at IS NULL AND greatest(w.due_at, w.not_before) <= clock_timestamp()
      AND (w.leased_until IS NULL OR w.leased_until < clock_timestamp()) AND tenants.is_active(w.tenant_id)
  ), chosen AS (
    SELECT w.tenant_id, w.id FROM webhooks.webhooks AS w
    JOIN due ON due.tenant_id = w.tenant_id AND due.id = w.id AND due.turn <= per_tenant
    WHERE w.leased_until IS NULL OR w.leased_until < clock_timestamp()
    ORDER BY due.turn, due.since LIMIT at_most FOR UPDATE OF w SKIP LOCKED
  )
  UPDATE webhooks.webhooks AS w
  SET lease = holder, leased_until = clock_timestamp() + make_interval(secs => seconds)
  FROM chosen WHERE w.tenant_id = chosen.tenant_id AND w.id = chosen.id
  RETURNING w.tenant_id, w.id
$$;

REVOKE ALL ON FUNCTION webhooks.claim(text, integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION webhooks.claim(text, integer, integer, integer) TO coresdk_app;
