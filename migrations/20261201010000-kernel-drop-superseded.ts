import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Drops functions that only releases before 0.1.1 call. Those releases cannot run alongside this one. New databases do not contain these
 * functions.
 */
export class KernelDropSuperseded1796086800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION IF EXISTS audit.append(jsonb);
      DROP FUNCTION IF EXISTS audit.drop_expired(int);
      DROP FUNCTION IF EXISTS audit.lock_heads(text[], text[], text[]);
      DROP FUNCTION IF EXISTS audit.take_earlier(int);
      DROP FUNCTION IF EXISTS audit.take_oldest_staged(int);
      DROP FUNCTION IF EXISTS audit.take_staged(text[], text[]);
      DROP FUNCTION IF EXISTS jobs.claim(text, int, jsonb, int, text, int);
      DROP FUNCTION IF EXISTS jobs.nudge(text, text, int, text, int);
      DROP FUNCTION IF EXISTS jobs.resume_run(text, text, int, boolean, boolean);
      DROP FUNCTION IF EXISTS users.count_sign_in_failure(bytea, bytea, int, interval, interval, interval, timestamptz);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
