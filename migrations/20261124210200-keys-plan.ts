import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The times of a signing key's life, so that a plan can be kept: a version from before writes none of them, and what it
 * leaves out is filled in by the plan itself.
 */
export class KeysPlan1795554120000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE keys.signing_keys
        -- Set after the key's own transaction has committed, so that it never is before anyone could have seen the key.
        ADD COLUMN published_at timestamptz,
        -- No JWK Set without the key is in any cache from here on.
        ADD COLUMN signs_from timestamptz,
        ADD COLUMN activated_at timestamptz,
        -- Nothing that the key signed is live from here on.
        ADD COLUMN publish_until timestamptz;

      -- Until now a JWK Set lived 300 s, and a key was retired for 25 h.
      UPDATE keys.signing_keys SET
        published_at = created_at,
        signs_from = created_at + interval '310 seconds',
        activated_at = CASE WHEN status <> 'next' THEN created_at END,
        publish_until = retired_at + interval '25 hours';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
