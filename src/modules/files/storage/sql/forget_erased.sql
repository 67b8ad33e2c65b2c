CREATE OR REPLACE FUNCTION files.forget_erased(emptied text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM files.erased WHERE prefix = emptied
$$;

REVOKE ALL ON FUNCTION files.forget_erased(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION files.forget_erased(text) TO coresdk_app;
