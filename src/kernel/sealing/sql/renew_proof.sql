CREATE OR REPLACE FUNCTION sealing.renew_proof(known bytea, renewed bytea) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  UPDATE sealing.proof SET sealed = renewed WHERE sealed = known
$$;

REVOKE ALL ON FUNCTION sealing.renew_proof(bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sealing.renew_proof(bytea, bytea) TO coresdk_app;
