-- Returns the origins that any app of any tenant lists, because a preflight request does not say which app sends it.
CREATE OR REPLACE FUNCTION apps.listed_origins(wanted text[]) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT origin FROM unnest(wanted) AS origin
  WHERE EXISTS (SELECT FROM apps.apps WHERE allowed_origins @> ARRAY[origin])
$$;

REVOKE ALL ON FUNCTION apps.listed_origins(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION apps.listed_origins(text[]) TO coresdk_app;
