-- Refuses changes to versions, because the hash of a version must always match its content.
CREATE OR REPLACE FUNCTION skills.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  RAISE EXCEPTION 'A version of a skill never changes.';
END $$;

REVOKE ALL ON FUNCTION skills.refuse_change() FROM PUBLIC;
