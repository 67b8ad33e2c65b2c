-- Returns the server's system identifier, start time and timeline. The control file contains a new timeline only after the next checkpoint;
-- the name of the WAL file that is being written contains it immediately.
CREATE OR REPLACE FUNCTION kernel.server_history() RETURNS text
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
  SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()), extract(epoch FROM pg_postmaster_start_time()),
    CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END)
$$;

REVOKE ALL ON FUNCTION kernel.server_history() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kernel.server_history() TO coresdk_app;
