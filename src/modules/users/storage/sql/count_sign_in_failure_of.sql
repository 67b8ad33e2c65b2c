-- Does the same as users.count_sign_in_failure, for one of several counts of an account. of_account is NULL for a count without an account.
CREATE OR REPLACE FUNCTION users.count_sign_in_failure_of(
  wanted bytea, of_account bytea, free int, first_delay interval, longest_delay interval, remembered interval,
  moment timestamptz
) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  IF NOT users.count_sign_in_failure(wanted, free, first_delay, longest_delay, remembered, moment) THEN
    RETURN false;
  END IF;
  UPDATE users.sign_in_failures SET account = of_account WHERE key = wanted AND account IS DISTINCT FROM of_account;
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION users.count_sign_in_failure_of(bytea, bytea, integer, interval, interval, interval, timestamp with time zone) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users.count_sign_in_failure_of(bytea, bytea, integer, interval, interval, interval, timestamp with time zone) TO coresdk_app;
