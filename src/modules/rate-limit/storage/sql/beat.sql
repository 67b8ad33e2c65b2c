-- Records a process's heartbeat, and returns the number of live processes.
CREATE OR REPLACE FUNCTION rate_limit.beat(replica text, remembered interval) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  INSERT INTO rate_limit.replicas VALUES (replica, clock_timestamp())
  ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp();
  DELETE FROM rate_limit.replicas WHERE seen_at < clock_timestamp() - interval '1 hour';
  RETURN (SELECT count(*) FROM rate_limit.replicas WHERE seen_at >= clock_timestamp() - remembered);
END $$;

REVOKE ALL ON FUNCTION rate_limit.beat(text, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rate_limit.beat(text, interval) TO coresdk_app;
