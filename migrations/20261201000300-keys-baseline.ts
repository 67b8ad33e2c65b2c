import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The installation's signing keys. No tenant column: they sign for all tenants. Private keys are sealed by MASTER_KEY. */
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
        -- Set after the key's own transaction has committed, so that it never is before anyone could have seen the key.
        published_at timestamptz,
        -- No JWK Set without the key is in any cache from here on.
        signs_from timestamptz,
        activated_at timestamptz,
        -- Nothing that the key signed is live from here on.
        publish_until timestamptz
      );
      -- One key signs and one waits, whichever process makes them.
      CREATE UNIQUE INDEX signing_keys_one ON keys.signing_keys (status) WHERE status IN ('next', 'active');
      GRANT SELECT, INSERT, UPDATE, DELETE ON keys.signing_keys TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
