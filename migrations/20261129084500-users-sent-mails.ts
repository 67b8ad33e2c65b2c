import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counts mails to addresses that nobody has confirmed, by tenant and by a hash of the mailbox, for a day. */
export class UsersSentMails1795941900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users.sent_mails (
        tenant_id text NOT NULL,
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        mailbox bytea NOT NULL,
        sent_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX sent_mails_by_time ON users.sent_mails (tenant_id, sent_at);
      CREATE INDEX sent_mails_over ON users.sent_mails (sent_at);
      ALTER TABLE users.sent_mails ENABLE ROW LEVEL SECURITY;
      ALTER TABLE users.sent_mails FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON users.sent_mails
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON users.sent_mails TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON users.sent_mails TO coresdk_app;

      -- As before, and mails that no longer count.
      CREATE OR REPLACE FUNCTION users.sweep(moment timestamptz, at_most int) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        DELETE FROM users.sessions WHERE expires_at <= moment;
        DELETE FROM users.password_links WHERE expires_at <= moment;
        DELETE FROM users.invitations WHERE expires_at <= moment - interval '30 days';
        DELETE FROM users.sign_in_failures WHERE forget_at <= moment;
        DELETE FROM users.sign_in_failures WHERE key IN
          (SELECT key FROM users.sign_in_failures ORDER BY forget_at DESC OFFSET at_most);
        DELETE FROM users.sent_mails WHERE sent_at <= moment - interval '24 hours';
      $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
