import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lets tenants take turns where schedules are due, and puts a tick off for a moment that nobody could decide about: as many of
 * one tenant would otherwise stand before those of all others, for as long as its policy gives no decision.
 */
export class JobsSchedulesByTurns1795945200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE jobs.schedules ADD COLUMN put_off_at timestamptz;

      CREATE OR REPLACE FUNCTION jobs.due_schedules(at_most int) RETURNS TABLE (tenant_id text, id text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT due.tenant_id, due.id FROM (
          SELECT s.tenant_id, s.id, s.next_at, row_number() OVER (PARTITION BY s.tenant_id ORDER BY s.next_at) AS turn
          FROM jobs.schedules AS s
          WHERE s.next_at <= clock_timestamp() AND NOT tenants.is_held_back(s.tenant_id)
            AND (s.put_off_at IS NULL OR s.put_off_at < clock_timestamp() - interval '5 seconds')
        ) AS due ORDER BY due.turn, due.next_at LIMIT at_most
      $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
