-- Deletes answered challenges that could not be answered again anyway.
CREATE OR REPLACE FUNCTION factors.sweep(moment timestamptz) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM factors.used_challenges WHERE expires_at <= moment;
$$;

REVOKE ALL ON FUNCTION factors.sweep(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION factors.sweep(timestamptz) TO coresdk_app;
