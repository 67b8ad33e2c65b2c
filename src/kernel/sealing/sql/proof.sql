CREATE OR REPLACE FUNCTION sealing.proof() RETURNS bytea
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT sealed FROM sealing.proof
$$;

REVOKE ALL ON FUNCTION sealing.proof() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sealing.proof() TO coresdk_app;
