import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the position up to which events became deliveries. While it is NULL, `place` of the previous version counts. */
export class WebhooksTakeInByPosition1796076180000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE webhooks.intake ADD COLUMN feed_place text');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
