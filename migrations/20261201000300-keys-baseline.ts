import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The installation's signing keys. They have no tenant column, because they sign for all tenants. Private keys are sealed with
 * MASTER_KEY.
 */
export class KeysBaseline1796083380000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA keys;
      GRANT USAGE ON SCHEMA keys TO coresdk_app;

      CREATE TABLE keys.signing_keys (
        kid text PRIMARY KEY,
        status text NOT NULL CHECK (status IN ('next', 'active', 'retired')),
        public_jwk jsonb NOT NULL,
        sealed_private bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        retired_at timestamptz,
        -- Set after the key's own transaction has committed, so that it is never earlier than the time at which the key became visible.
        published_at timestamptz,
        -- From this time on, every cached JWK Set contains the key.
        signs_from timestamptz,
        activated_at timestamptz,
        -- After this time, no token that the key signed is still valid.
        publish_until timestamptz
      );
      -- One key signs and one key waits, regardless of the process that creates them.
      CREATE UNIQUE INDEX signing_keys_one ON keys.signing_keys (status) WHERE status IN ('next', 'active');
      GRANT SELECT, INSERT, UPDATE, DELETE ON keys.signing_keys TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
