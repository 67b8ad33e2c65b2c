-- Returns whether a worker accepts a kind. A worker without a list accepts any kind.
CREATE OR REPLACE FUNCTION jobs.is_among(kinds jsonb, kind text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN jsonb_typeof(kinds) = 'array' THEN kinds ? kind ELSE true END;

REVOKE ALL ON FUNCTION jobs.is_among(jsonb, text) FROM PUBLIC;
