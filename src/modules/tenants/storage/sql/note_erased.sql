-- Adds rows, as JSON strings in the order of the array, to the record of the rows that an erasure has removed from a
-- table.
CREATE OR REPLACE FUNCTION tenants.note_erased(erasure text, wanted text, lines text[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  digest bytea;
  line text;
BEGIN
  SELECT decode(coalesce(progress->wanted->>'sha256', ''), 'hex') INTO digest
  FROM tenants.erasures WHERE id = erasure AND finished_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such erasure is running'; END IF;
  FOREACH line IN ARRAY lines LOOP
    digest := sha256(digest || sha256(convert_to(line, 'UTF8')));
  END LOOP;
  UPDATE tenants.erasures SET progress = progress || jsonb_build_object(wanted, jsonb_build_object(
    'rows', coalesce((progress->wanted->>'rows')::bigint, 0) + coalesce(array_length(lines, 1), 0),
    'sha256', encode(digest, 'hex')))
  WHERE id = erasure;
END $$;

REVOKE ALL ON FUNCTION tenants.note_erased(text, text, text[]) FROM PUBLIC;
