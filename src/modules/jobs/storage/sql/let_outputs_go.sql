CREATE OR REPLACE FUNCTION jobs.let_outputs_go() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  PERFORM files.let_go(array_agg(gone.tenant_id), array_agg(gone.id)) FROM gone HAVING count(*) > 0;
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION jobs.let_outputs_go() FROM PUBLIC;
