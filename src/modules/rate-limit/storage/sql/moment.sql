CREATE OR REPLACE FUNCTION rate_limit.moment() RETURNS double precision
  LANGUAGE sql STABLE SET search_path = ''
  RETURN (extract(epoch FROM statement_timestamp()) - 1735689600)::double precision * 1000000;

REVOKE ALL ON FUNCTION rate_limit.moment() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rate_limit.moment() TO coresdk_app;
