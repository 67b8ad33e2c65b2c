import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates the rules for custom claims, and the switch of the token policy. */
export class OauthClaimRules1796281200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE oauth.claim_rules (
        tenant_id text NOT NULL,
        -- Empty for the rules of the tenant.
        app_id text NOT NULL,
        version int NOT NULL,
        rules jsonb NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL,
        PRIMARY KEY (tenant_id, app_id)
      );
      ALTER TABLE oauth.claim_rules ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON oauth.claim_rules
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE ON oauth.claim_rules TO coresdk_app;

      -- A tenant without a row has the decision turned on.
      CREATE TABLE oauth.token_policies (
        tenant_id text PRIMARY KEY,
        enabled boolean NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL
      );
      ALTER TABLE oauth.token_policies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON oauth.token_policies
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE ON oauth.token_policies TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
