CREATE OR REPLACE FUNCTION sealing.establish_proof(candidate bytea) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  INSERT INTO sealing.proof (id, sealed) VALUES (1, candidate) ON CONFLICT DO NOTHING
$$;

REVOKE ALL ON FUNCTION sealing.establish_proof(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sealing.establish_proof(bytea) TO coresdk_app;
