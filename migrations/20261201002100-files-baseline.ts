import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tenants' files, without their bytes. The bytes are objects in a storage backend, under the ids in `files.objects`; other modules
 * store objects there, too. Each user of an app has a separate private space (owner `<app>/<user>`).
 */
export class FilesBaseline1796084460000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA files;
      GRANT USAGE ON SCHEMA files TO coresdk_app;

      -- One row per tenant, which keeps the tenant's quota exact, however many uploads run at the same time.
      CREATE TABLE files.usage (
        tenant_id text PRIMARY KEY,
        used_bytes bigint NOT NULL DEFAULT 0 CHECK (used_bytes >= 0),
        reserved_bytes bigint NOT NULL DEFAULT 0 CHECK (reserved_bytes >= 0),
        uploads int NOT NULL DEFAULT 0 CHECK (uploads >= 0)
      );
      ALTER TABLE files.usage ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON files.usage
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON files.usage TO coresdk_app;

      -- The contents of versions. A copy of a file is another version of the same content.
      CREATE TABLE files.contents (
        tenant_id text NOT NULL,
        id text NOT NULL,
        size_bytes bigint NOT NULL,
        sha256 bytea NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      );
      ALTER TABLE files.contents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON files.contents
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON files.contents TO coresdk_app;

      -- Paths sort by their bytes, so that all paths with the same prefix form one range.
      CREATE TABLE files.files (
        tenant_id text NOT NULL,
        id text NOT NULL,
        tier text NOT NULL CHECK (tier IN ('private', 'user', 'shared')),
        -- The owner within the tier: the app, the user, or '' for files that the tenant shares.
        owner text NOT NULL,
        path text COLLATE "C" NOT NULL,
        project_id text,
        -- NULL if the file is deleted and its versions are kept for a while.
        current_version int,
        latest_version int NOT NULL,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, tier, owner, path)
      );
      -- The files that are deleted when their user is deleted.
      CREATE INDEX files_private_of_user ON files.files (tenant_id, split_part(owner, '/', 2))
        WHERE tier = 'private' AND split_part(owner, '/', 2) <> '';
      CREATE INDEX files_project ON files.files (tenant_id, project_id) WHERE project_id IS NOT NULL;
      ALTER TABLE files.files ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON files.files
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON files.files TO coresdk_app;

      CREATE TABLE files.versions (
        tenant_id text NOT NULL,
        file_id text NOT NULL,
        version int NOT NULL,
        content_id text NOT NULL,
        content_type text NOT NULL,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        -- NULL for the current version.
        expires_at timestamptz,
        PRIMARY KEY (tenant_id, file_id, version),
        FOREIGN KEY (tenant_id, content_id) REFERENCES files.contents (tenant_id, id),
        FOREIGN KEY (tenant_id, file_id) REFERENCES files.files (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX versions_content ON files.versions (tenant_id, content_id);
      CREATE INDEX versions_expiry ON files.versions (expires_at) WHERE expires_at IS NOT NULL;
      ALTER TABLE files.versions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON files.versions
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON files.versions FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON files.versions TO coresdk_app;

      -- Uploads in progress, each with the part of the quota that it has reserved.
      CREATE TABLE files.uploads (
        tenant_id text NOT NULL,
        id text NOT NULL,
        caller text NOT NULL,
        tier text NOT NULL,
        owner text NOT NULL,
        path text COLLATE "C" NOT NULL,
        project_id text,
        content_type text NOT NULL,
        -- Metadata of the tus protocol; NULL if the upload is a single request. The process that handles the request renews
        -- the row while bytes arrive.
        metadata text,
        if_match text,
        if_none_match text,
        -- NULL if the size is not known yet.
        size_bytes bigint,
        received_bytes bigint NOT NULL DEFAULT 0,
        reserved_bytes bigint NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        -- The time at which the upload became a file. The row is kept for a short time, for a client that did not receive the response.
        finished_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX uploads_expiry ON files.uploads (expires_at);
      ALTER TABLE files.uploads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON files.uploads
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON files.uploads FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON files.uploads TO coresdk_app;

      -- Every object has a row before its first byte is written. The object belongs to a version's content or to an upload, or is no
      -- longer needed.
      CREATE TABLE files.objects (
        tenant_id text NOT NULL,
        id text NOT NULL,
        content_id text,
        upload_id text,
        starts_at bigint NOT NULL,
        -- NULL while the object is being written.
        size_bytes bigint,
        created_at timestamptz NOT NULL,
        holder text,
        content_type text,
        -- The holder is, for example, the id of a job. Objects with a holder describe their content here; files describe
        -- it in their versions.
        sha256 bytea,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, content_id) REFERENCES files.contents (tenant_id, id) ON DELETE SET NULL (content_id),
        FOREIGN KEY (tenant_id, upload_id) REFERENCES files.uploads (tenant_id, id) ON DELETE SET NULL (upload_id)
      );
      CREATE INDEX objects_content ON files.objects (tenant_id, content_id, starts_at);
      CREATE INDEX objects_holder ON files.objects (tenant_id, holder) WHERE holder IS NOT NULL;
      CREATE INDEX objects_of_nothing ON files.objects (tenant_id)
        WHERE content_id IS NULL AND upload_id IS NULL AND holder IS NULL;
      CREATE INDEX objects_upload ON files.objects (tenant_id, upload_id) WHERE upload_id IS NOT NULL;
      ALTER TABLE files.objects ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON files.objects
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON files.objects TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON files.objects TO coresdk_app;

      -- Storage prefixes of erased tenants. The row with a tenant's counts is deleted only when the tenant is erased.
      CREATE TABLE files.erased (
        prefix text PRIMARY KEY,
        erased_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE FUNCTION files.remember_erased() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        INSERT INTO files.erased (prefix) VALUES (OLD.tenant_id) ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;

      REVOKE ALL ON FUNCTION files.remember_erased() FROM PUBLIC;

      CREATE TRIGGER remember_erased AFTER DELETE ON files.usage
        FOR EACH ROW EXECUTE FUNCTION files.remember_erased();
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
