-- Counts one failure unless the key is blocked, and blocks the key for a delay that depends on the count: starting with the free-th
-- failure, each failure doubles the delay. The check and the count are one statement, so that two attempts never count as one. A key that
-- does not have to wait is blocked until -infinity, because the timestamps from several processes arrive in any order.
CREATE OR REPLACE FUNCTION users.count_sign_in_failure(
  wanted bytea, free int, first_delay interval, longest_delay interval, remembered interval, moment timestamptz
) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  counted int;
  delay interval;
BEGIN
  INSERT INTO users.sign_in_failures AS f (key, failures, blocked_until, forget_at)
  VALUES (wanted, 1, '-infinity', moment + remembered)
  ON CONFLICT (key) DO UPDATE SET failures = CASE WHEN f.forget_at <= moment THEN 1 ELSE f.failures + 1 END
    WHERE f.blocked_until <= moment
  RETURNING f.failures INTO counted;
  IF counted IS NULL THEN RETURN false; END IF;
  delay := CASE WHEN counted < free THEN interval '0'
           ELSE least(longest_delay, first_delay * power(2, least(counted - free, 20))) END;
  UPDATE users.sign_in_failures
    SET blocked_until = CASE WHEN delay > interval '0' THEN moment + delay ELSE '-infinity' END,
      forget_at = moment + delay + remembered
    WHERE key = wanted;
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION users.count_sign_in_failure(bytea, integer, interval, interval, interval, timestamp with time zone) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users.count_sign_in_failure(bytea, integer, interval, interval, interval, timestamp with time zone) TO coresdk_app;
