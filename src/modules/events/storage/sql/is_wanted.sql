-- Returns true when a type is in the list of wanted types. An empty list matches all types; coresdk.project.* matches a family.
CREATE OR REPLACE FUNCTION events.is_wanted(type text, wanted text[]) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT wanted = '{}' OR EXISTS (
    SELECT FROM unnest(wanted) AS one (pattern)
    WHERE type = pattern OR (right(pattern, 2) = '.*' AND starts_with(type, left(pattern, -1))))
$$;

REVOKE ALL ON FUNCTION events.is_wanted(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.is_wanted(text, text[]) TO coresdk_app;
