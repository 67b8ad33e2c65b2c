CREATE OR REPLACE FUNCTION jobs.join(executor text, on_node text, speaks int, what jsonb) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  INSERT INTO jobs.executors (id, node, protocol, takes) VALUES (executor, on_node, speaks, what)
$$;

REVOKE ALL ON FUNCTION jobs.join(text, text, integer, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.join(text, text, integer, jsonb) TO coresdk_app;
