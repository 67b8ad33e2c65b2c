-- Returns true when a type is among the wanted ones: all types when the list is empty, a family with coresdk.project.*
CREATE OR REPLACE FUNCTION events.is_wanted(type text, wanted text[]) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT wanted = '{}' OR EXISTS (
    SELECT FROM unnest(wanted) AS one (pattern)
    WHERE type = pattern OR (right(pattern, 2) = '.*' AND starts_with(type, left(pattern, -1))))
$$;

REVOKE ALL ON FUNCTION events.is_wanted(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.is_wanted(text, text[]) TO coresdk_app;
