-- Returns whether any tenant lets apps register themselves.
CREATE OR REPLACE FUNCTION apps.offers_self_registration() RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (SELECT FROM apps.self_registration WHERE enabled)
$$;

REVOKE ALL ON FUNCTION apps.offers_self_registration() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION apps.offers_self_registration() TO coresdk_app;
