import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How tenants come in and go. Erasing is the database's own work, in batches that each say in the same transaction what
 * they removed: whoever is killed in the middle, the next one goes on, and the count is right. An older version reads and
 * writes neither the column nor the table.
 */
export class TenantsLifecycle1795753200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tenants.tenants
        -- From when a tenant that is pending_deletion is erased; until then it can be activated again.
        ADD COLUMN erase_after timestamptz;
      CREATE INDEX tenants_to_erase ON tenants.tenants (erase_after) WHERE status = 'pending_deletion';

      -- One row for each tenant that was erased, or is being; what is left of it.
      CREATE TABLE tenants.erasures (
        id text PRIMARY KEY,
        subject text NOT NULL,
        slug text NOT NULL,
        name text NOT NULL,
        started_at timestamptz NOT NULL,
        -- No process acts for the tenant any more from here on, so that nothing is written behind the eraser.
        erase_from timestamptz NOT NULL,
        -- By table: how many rows, and a running SHA-256 over them.
        progress jsonb NOT NULL DEFAULT '{}',
        finished_at timestamptz,
        certificate text
      );
      CREATE UNIQUE INDEX erasures_running ON tenants.erasures (subject) WHERE finished_at IS NULL;
      ALTER TABLE tenants.erasures ENABLE ROW LEVEL SECURITY;
      ALTER TABLE tenants.erasures FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON tenants.erasures TO CURRENT_USER USING (true) WITH CHECK (true);

      -- Tenants whose time to go has come: names only.
      CREATE FUNCTION tenants.deletions_due(at_most int) RETURNS SETOF text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT id FROM tenants.tenants
        WHERE status = 'pending_deletion' AND erase_after <= pg_catalog.clock_timestamp()
        ORDER BY erase_after LIMIT at_most
      $$;

      -- Adds rows, as JSON text in the order of the array, to what an erasure has removed from a table.
      CREATE FUNCTION tenants.note_erased(erasure text, wanted text, lines text[]) RETURNS void
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

      -- Takes a tenant off, so that no process finds it any more, and opens its erasure. False when it is not to go now.
      CREATE FUNCTION tenants.begin_erasure(erasure text, wanted text, waits interval) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        gone tenants.tenants;
      BEGIN
        PERFORM set_config('app.tenant_id', wanted, true);
        DELETE FROM tenants.tenants
        WHERE id = wanted AND status = 'pending_deletion' AND erase_after <= clock_timestamp()
        RETURNING * INTO gone;
        IF gone.id IS NULL THEN RETURN false; END IF;
        INSERT INTO tenants.erasures (id, subject, slug, name, started_at, erase_from)
        VALUES (erasure, gone.id, gone.slug, gone.name, clock_timestamp(), clock_timestamp() + waits);
        PERFORM tenants.note_erased(erasure, 'tenants.tenants', ARRAY[to_jsonb(gone)::text]);
        RETURN true;
      END $$;

      -- The table of a name, if it is one with rows of tenants; all others are an error.
      CREATE FUNCTION tenants.tenant_table(wanted text) RETURNS regclass
        LANGUAGE plpgsql STABLE SET search_path = '' AS $$
      DECLARE
        found regclass;
      BEGIN
        SELECT c.oid INTO found FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE n.nspname || '.' || c.relname = wanted AND c.relkind IN ('r', 'p') AND c.relrowsecurity
          AND c.relforcerowsecurity;
        IF found IS NULL THEN RAISE EXCEPTION 'no table of tenants: %', wanted; END IF;
        RETURN found;
      END $$;

      -- Erases up to so many rows of an erasure's tenant in one table, in the order of the given columns, and notes them.
      CREATE FUNCTION tenants.erase_rows(erasure text, wanted text, ordered_by text[], at_most int) RETURNS int
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        of_tenant text;
        target regclass := tenants.tenant_table(wanted);
        columns text := coalesce((SELECT string_agg(quote_ident(c), ', ') FROM unnest(ordered_by) AS c), '1');
        lines text[];
      BEGIN
        SELECT subject INTO of_tenant FROM tenants.erasures
        WHERE id = erasure AND finished_at IS NULL AND erase_from <= clock_timestamp() FOR UPDATE;
        IF of_tenant IS NULL THEN RAISE EXCEPTION 'no such erasure is running'; END IF;
        PERFORM set_config('app.tenant_id', of_tenant, true);
        EXECUTE format('WITH chosen AS (SELECT ctid, tableoid FROM %1$s WHERE tenant_id = $1 ORDER BY %2$s LIMIT $2),
          gone AS (DELETE FROM %1$s AS t USING chosen AS c WHERE t.ctid = c.ctid AND t.tableoid = c.tableoid RETURNING t.*)
          SELECT coalesce(array_agg(to_jsonb(gone)::text ORDER BY %2$s), ''{}'') FROM gone', target, columns)
          INTO lines USING of_tenant, at_most;
        PERFORM tenants.note_erased(erasure, wanted, lines);
        RETURN coalesce(array_length(lines, 1), 0);
      END $$;

      -- What an erasure's tenant still has in a table, and until when, by the column that says so.
      CREATE FUNCTION tenants.rows_left(erasure text, wanted text, until_column text)
        RETURNS TABLE (rows bigint, until timestamptz)
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        of_tenant text;
        target regclass := tenants.tenant_table(wanted);
        latest text := CASE WHEN until_column IS NULL THEN 'NULL::timestamptz' ELSE format('max(%I)', until_column) END;
      BEGIN
        SELECT subject INTO of_tenant FROM tenants.erasures WHERE id = erasure;
        PERFORM set_config('app.tenant_id', coalesce(of_tenant, ''), true);
        RETURN QUERY EXECUTE format('SELECT count(*), %s FROM %s WHERE tenant_id = $1', latest, target) USING of_tenant;
      END $$;

      CREATE FUNCTION tenants.finish_erasure(erasure text, at timestamptz, signed text) RETURNS boolean
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        UPDATE tenants.erasures SET finished_at = at, certificate = signed
        WHERE id = erasure AND finished_at IS NULL RETURNING true
      $$;

      -- Erasures, the oldest first: those that run, or all after one.
      CREATE FUNCTION tenants.erasures_running() RETURNS SETOF tenants.erasures
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT * FROM tenants.erasures WHERE finished_at IS NULL ORDER BY id
      $$;
      CREATE FUNCTION tenants.erasures_after(after text, page_size int) RETURNS SETOF tenants.erasures
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT * FROM tenants.erasures WHERE id > after ORDER BY id LIMIT page_size
      $$;
      CREATE FUNCTION tenants.erasure(wanted text) RETURNS SETOF tenants.erasures
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT * FROM tenants.erasures WHERE id = wanted
      $$;

      -- Adds rows to a tenant that this very transaction has made, and to no other: nothing that is there can be reached.
      CREATE FUNCTION tenants.import_rows(of_tenant text, wanted text, lines jsonb) RETURNS int
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        target regclass := tenants.tenant_table(wanted);
        columns text;
        added int;
      BEGIN
        PERFORM set_config('app.tenant_id', of_tenant, true);
        IF NOT EXISTS (SELECT 1 FROM tenants.tenants WHERE id = of_tenant AND xmin = pg_current_xact_id()::xid) THEN
          RAISE EXCEPTION 'rows come in with their tenant only';
        END IF;
        IF EXISTS (SELECT 1 FROM jsonb_array_elements(lines) AS l WHERE l->>'tenant_id' IS DISTINCT FROM of_tenant) THEN
          RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = 'a row of another tenant';
        END IF;
        SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO columns FROM pg_attribute a
        WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
          AND (lines->0) ? a.attname::text;
        EXECUTE format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE
          SELECT %2$s FROM jsonb_populate_recordset(NULL::%1$s, $1)', target, columns) USING lines;
        GET DIAGNOSTICS added = ROW_COUNT;
        RETURN added;
      END $$;

      -- The columns of a table of tenants.
      CREATE FUNCTION tenants.columns_of(wanted text) RETURNS text[]
        LANGUAGE sql STABLE SET search_path = '' AS $$
        SELECT array_agg(attname::text ORDER BY attnum) FROM pg_catalog.pg_attribute
        WHERE attrelid = tenants.tenant_table(wanted) AND attnum > 0 AND NOT attisdropped
      $$;

      -- Whether a tenant is being erased, and so cannot come back yet.
      CREATE FUNCTION tenants.is_being_erased(wanted text) RETURNS boolean
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT EXISTS (SELECT 1 FROM tenants.erasures WHERE subject = wanted AND finished_at IS NULL)
      $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tenants FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tenants TO coresdk_app;
      -- Only what the functions above do for themselves.
      REVOKE EXECUTE ON FUNCTION tenants.note_erased FROM coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
