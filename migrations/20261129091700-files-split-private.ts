import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Gives each user of an app a private space of their own (owner `<app>/<user>`). Files that a user or their agent wrote last
 * move there with all their versions, under their ids and paths: an app that only users sign in to has no token that could
 * reach them otherwise. Files that the app wrote last stay with the app. Nothing is deleted or rewritten.
 */
export class FilesSplitPrivate1795943820000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE files.files NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE files.versions NO FORCE ROW LEVEL SECURITY;
      UPDATE files.files f SET owner = f.owner || '/' || writer.user_id
      FROM (
        SELECT DISTINCT ON (v.tenant_id, v.file_id) v.tenant_id, v.file_id,
          coalesce(substring(v.created_by FROM '^usr-[0-9a-z]+$'), substring(v.created_by FROM '@user:(usr-[0-9a-z]+)@')) AS user_id
        FROM files.versions v JOIN files.files p ON p.tenant_id = v.tenant_id AND p.id = v.file_id AND p.tier = 'private'
        ORDER BY v.tenant_id, v.file_id, v.version DESC
      ) AS writer
      WHERE f.tenant_id = writer.tenant_id AND f.id = writer.file_id AND f.tier = 'private' AND writer.user_id IS NOT NULL;
      ALTER TABLE files.versions FORCE ROW LEVEL SECURITY;
      ALTER TABLE files.files FORCE ROW LEVEL SECURITY;

      -- What goes when a user is deleted.
      CREATE INDEX files_private_of_user ON files.files (tenant_id, (split_part(owner, '/', 2)))
        WHERE tier = 'private' AND split_part(owner, '/', 2) <> '';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
