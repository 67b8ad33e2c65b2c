import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['usage', 'contents', 'files', 'versions', 'uploads', 'objects'];

/** Files of tenants: what there is. The bytes themselves are objects of a storage, under the ids in `files.objects`. */
export class FilesCreate1795768200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA files;
      GRANT USAGE ON SCHEMA files TO coresdk_app;

      -- The one row by which a tenant's quota is exact, however many uploads run at the same time.
      CREATE TABLE files.usage (
        tenant_id text PRIMARY KEY,
        used_bytes bigint NOT NULL DEFAULT 0 CHECK (used_bytes >= 0),
        reserved_bytes bigint NOT NULL DEFAULT 0 CHECK (reserved_bytes >= 0),
        uploads int NOT NULL DEFAULT 0 CHECK (uploads >= 0)
      );

      -- What versions consist of. A copy is one more version of the same content.
      CREATE TABLE files.contents (
        tenant_id text NOT NULL,
        id text NOT NULL,
        size_bytes bigint NOT NULL,
        sha256 bytea NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      );

      -- Paths in the order of their bytes, so that everything below a prefix is one range.
      CREATE TABLE files.files (
        tenant_id text NOT NULL,
        id text NOT NULL,
        tier text NOT NULL CHECK (tier IN ('private', 'user', 'shared')),
        -- Of the tier: the app, the user, or '' for what the tenant shares.
        owner text NOT NULL,
        path text COLLATE "C" NOT NULL,
        project_id text,
        -- NULL: deleted; its versions stay for a while.
        current_version int,
        latest_version int NOT NULL,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, tier, owner, path)
      );
      CREATE INDEX files_project ON files.files (tenant_id, project_id) WHERE project_id IS NOT NULL;

      CREATE TABLE files.versions (
        tenant_id text NOT NULL,
        file_id text NOT NULL,
        version int NOT NULL,
        content_id text NOT NULL,
        content_type text NOT NULL,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        -- NULL for the current one.
        expires_at timestamptz,
        PRIMARY KEY (tenant_id, file_id, version),
        FOREIGN KEY (tenant_id, file_id) REFERENCES files.files ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, content_id) REFERENCES files.contents
      );
      CREATE INDEX versions_content ON files.versions (tenant_id, content_id);
      CREATE INDEX versions_expiry ON files.versions (expires_at) WHERE expires_at IS NOT NULL;

      -- Uploads under way, each with what it has reserved of the quota.
      CREATE TABLE files.uploads (
        tenant_id text NOT NULL,
        id text NOT NULL,
        caller text NOT NULL,
        tier text NOT NULL,
        owner text NOT NULL,
        path text COLLATE "C" NOT NULL,
        project_id text,
        content_type text NOT NULL,
        -- Of the tus protocol; NULL: one request, whose process renews the row while bytes come.
        metadata text,
        if_match text,
        if_none_match text,
        -- NULL: not known yet.
        size_bytes bigint,
        received_bytes bigint NOT NULL DEFAULT 0,
        reserved_bytes bigint NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        -- When it became a file; it stays a little, for a client that has missed the answer.
        finished_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX uploads_expiry ON files.uploads (expires_at);

      -- Every object is here before its first byte is written: of a content, of an upload, or of nothing any more.
      CREATE TABLE files.objects (
        tenant_id text NOT NULL,
        id text NOT NULL,
        content_id text,
        upload_id text,
        starts_at bigint NOT NULL,
        -- NULL: being written.
        size_bytes bigint,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, content_id) REFERENCES files.contents ON DELETE SET NULL (content_id),
        FOREIGN KEY (tenant_id, upload_id) REFERENCES files.uploads ON DELETE SET NULL (upload_id)
      );
      CREATE INDEX objects_content ON files.objects (tenant_id, content_id, starts_at);
      CREATE INDEX objects_upload ON files.objects (tenant_id, upload_id) WHERE upload_id IS NOT NULL;
      CREATE INDEX objects_of_nothing ON files.objects (tenant_id) WHERE content_id IS NULL AND upload_id IS NULL;
    `);
    for (const table of TABLES) {
      await runner.query(`
        ALTER TABLE files.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE files.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON files.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        GRANT SELECT, INSERT, UPDATE, DELETE ON files.${table} TO coresdk_app;
      `);
    }
    await runner.query(`
      CREATE POLICY owner_functions ON files.uploads FOR SELECT TO CURRENT_USER USING (true);
      CREATE POLICY owner_functions ON files.versions FOR SELECT TO CURRENT_USER USING (true);
      CREATE POLICY owner_functions ON files.objects FOR SELECT TO CURRENT_USER USING (true);

      -- For the sweep, which serves all tenants: which of them have something to drop, at most so many.
      CREATE FUNCTION files.due_tenants(at_most int) RETURNS SETOF text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT tenant_id FROM (
          SELECT tenant_id FROM files.uploads WHERE expires_at <= now()
          UNION
          SELECT tenant_id FROM files.versions WHERE expires_at <= now()
          UNION
          SELECT tenant_id FROM files.objects WHERE content_id IS NULL AND upload_id IS NULL
        ) AS due LIMIT at_most
      $$;
      -- Prefixes of the storage whose tenants were erased. Only an erasure deletes the row of a tenant's counts.
      CREATE TABLE files.erased (prefix text PRIMARY KEY, erased_at timestamptz NOT NULL DEFAULT now());
      CREATE FUNCTION files.erased_prefixes(at_most int) RETURNS SETOF text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT prefix FROM files.erased ORDER BY erased_at LIMIT at_most
      $$;
      CREATE FUNCTION files.forget_erased(emptied text) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        DELETE FROM files.erased WHERE prefix = emptied
      $$;
      CREATE FUNCTION files.remember_erased() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        INSERT INTO files.erased (prefix) VALUES (OLD.tenant_id) ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE TRIGGER remember_erased AFTER DELETE ON files.usage
        FOR EACH ROW EXECUTE FUNCTION files.remember_erased();

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA files FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION files.due_tenants(int), files.erased_prefixes(int), files.forget_erased(text)
        TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
