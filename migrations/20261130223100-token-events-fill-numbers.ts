import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Numbers existing token events and creates the index by number, in small steps. After an interruption, the next start continues. */
export class TokenEventsFillNumbers1796077860000 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FILL);
    await runner.query(
      `CREATE UNIQUE INDEX IF NOT EXISTS events_numbers ON ONLY token_events.events (tenant_id, number, at)`,
    );
    await runner.query(INDEX_PARTITIONS);
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
    tenant text := (SELECT min(tenant_id) FROM token_events.events);
    place record;
  BEGIN
    WHILE tenant IS NOT NULL LOOP
      SELECT xid AS to_xid, seq AS to_seq INTO place FROM token_events.numbered_to(tenant);
      LOOP
        SELECT * INTO place FROM token_events.number_rows(tenant, 2000, false, place.to_xid, place.to_seq);
        COMMIT;
        -- While others write, there are always more rows.
        EXIT WHEN place.numbered < 2000;
      END LOOP;
      tenant := (SELECT min(tenant_id) FROM token_events.events WHERE tenant_id > tenant);
    END LOOP;
  END $$`;

const INDEX_PARTITIONS = `
  DO $$
  DECLARE
    day regclass;
    name text;
  BEGIN
    FOR day IN
      SELECT i.inhrelid FROM pg_inherits AS i WHERE i.inhparent = 'token_events.events'::regclass AND NOT EXISTS (
        SELECT FROM pg_index AS x JOIN pg_inherits AS own ON own.inhrelid = x.indexrelid
        WHERE x.indrelid = i.inhrelid AND own.inhparent = 'token_events.events_numbers'::regclass)
      ORDER BY i.inhrelid::regclass::text
    LOOP
      name := (SELECT relname FROM pg_class WHERE oid = day) || '_numbers';
      EXECUTE format('CREATE UNIQUE INDEX IF NOT EXISTS %I ON %s (tenant_id, number, at)', name, day);
      EXECUTE format('ALTER INDEX token_events.events_numbers ATTACH PARTITION token_events.%I', name);
      COMMIT;
    END LOOP;
  END $$`;
