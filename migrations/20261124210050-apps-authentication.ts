import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Public keys of apps that authenticate by `private_key_jwt`. Old apps have none, and the old version reads neither. */
export class AppsAuthentication1795554050000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE apps.apps ADD COLUMN jwks jsonb, ADD COLUMN jwks_uri text;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
