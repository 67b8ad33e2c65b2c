-- Runs audit.append_at completely, and rolls it back.
CREATE OR REPLACE FUNCTION audit.try_append_at(records json, moved json) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  done boolean;
BEGIN
  BEGIN
    done := audit.append_at(records, moved);
    RAISE EXCEPTION USING ERRCODE = 'UNDO1';
  EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
    RETURN done;
  END;
END $$;

REVOKE ALL ON FUNCTION audit.try_append_at(json, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.try_append_at(json, json) TO coresdk_app;
