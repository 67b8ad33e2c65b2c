import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Numbers existing events and creates the indexes by number, 2,000 rows and one partition at a time: a long transaction would
 * delay the readers of the previous version and the change feed. Only today's partition takes writes, which wait while its
 * indexes are built. After an interruption, the next start continues.
 */
export class EventsFillNumbers1796076060000 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FILL);
    await runner.query(
      `CREATE UNIQUE INDEX IF NOT EXISTS events_numbers ON ONLY events.events (tenant_id, number, at)`,
    );
    await runner.query(`CREATE INDEX IF NOT EXISTS events_positions ON ONLY events.events (position)`);
    await runner.query(indexPartitions('events_numbers', 'UNIQUE INDEX', '(tenant_id, number, at)'));
    await runner.query(indexPartitions('events_positions', 'INDEX', '(position)'));
    // Leaves little for the next migration, which blocks writers.
    await runner.query(FILL);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const FILL = `
  DO $$
  DECLARE
    step record;
    to_xid xid8;
    to_seq bigint;
  BEGIN
    SELECT e.xid, e.seq INTO to_xid, to_seq FROM events.events AS e WHERE e.position = (SELECT last FROM events.feed_end);
    to_xid := coalesce(to_xid, '0');
    to_seq := coalesce(to_seq, 0);
    LOOP
      SELECT * INTO step FROM events.number_rows(2000, false, to_xid, to_seq);
      COMMIT;
      -- While others write, there are always more rows.
      EXIT WHEN step.numbered < 2000;
      to_xid := step.to_xid;
      to_seq := step.to_seq;
    END LOOP;
  END $$`;

/** Creates an index on each partition that lacks it, one transaction each. */
function indexPartitions(index: string, kind: 'INDEX' | 'UNIQUE INDEX', columns: string): string {
  return `
    DO $$
    DECLARE
      day regclass;
      name text;
    BEGIN
      FOR day IN
        SELECT i.inhrelid FROM pg_inherits AS i WHERE i.inhparent = 'events.events'::regclass AND NOT EXISTS (
          SELECT FROM pg_index AS x JOIN pg_inherits AS own ON own.inhrelid = x.indexrelid
          WHERE x.indrelid = i.inhrelid AND own.inhparent = 'events.${index}'::regclass)
        ORDER BY i.inhrelid::regclass::text
      LOOP
        name := (SELECT relname FROM pg_class WHERE oid = day) || '_${index.replace('events_', '')}';
        EXECUTE format('CREATE ${kind} IF NOT EXISTS %I ON %s ${columns}', name, day);
        EXECUTE format('ALTER INDEX events.${index} ATTACH PARTITION events.%I', name);
        COMMIT;
      END LOOP;
    END $$`;
}
