-- The server's system identifier, start and timeline. The control file learns of a new timeline only at the next
-- checkpoint; the name of the file that is written now has it at once.
CREATE OR REPLACE FUNCTION kernel.server_history() RETURNS text
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
  SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()), extract(epoch FROM pg_postmaster_start_time()),
    CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END)
$$;

REVOKE ALL ON FUNCTION kernel.server_history() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kernel.server_history() TO coresdk_app;
