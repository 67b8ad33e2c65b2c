-- Takes or renews a lease for the given number of seconds; returns false while another holder has the lease.
CREATE OR REPLACE FUNCTION kernel.take_lease(wanted text, taker text, seconds int) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  WITH taken AS (
    INSERT INTO kernel.leases AS l (name, holder, ends_at)
    SELECT wanted, taker, clock_timestamp() + make_interval(secs => seconds)
    -- A refused caller writes nothing, not even a row lock.
    WHERE NOT EXISTS (
      SELECT FROM kernel.leases AS o WHERE o.name = wanted AND o.holder <> taker AND o.ends_at > clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, ends_at = excluded.ends_at
      WHERE l.holder = excluded.holder OR l.ends_at <= clock_timestamp()
    RETURNING 1
  ) SELECT EXISTS (SELECT FROM taken)
$$;

REVOKE ALL ON FUNCTION kernel.take_lease(text, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kernel.take_lease(text, text, integer) TO coresdk_app;
