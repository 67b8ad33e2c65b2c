import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Blocks writers for a moment and numbers the rows that the previous version wrote last. From then on a trigger stages every
 * event that is inserted without a number, so that every row of the log has one.
 */
export class EventsStage1796076120000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      LOCK TABLE events.events IN SHARE ROW EXCLUSIVE MODE;
      SELECT events.number_rows(2147483647, true, coalesce(max(e.xid), '0'), coalesce(max(e.seq), 0))
      FROM events.events AS e WHERE e.position = (SELECT last FROM events.feed_end);
      DROP FUNCTION events.number_rows(int, boolean, xid8, bigint);

      -- Stages an event that is inserted without a number, as the previous version does.
      CREATE FUNCTION events.stage_instead() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        INSERT INTO events.staged (tenant_id, at, id, type, subject, data)
        VALUES (NEW.tenant_id, NEW.at, NEW.id, NEW.type, NEW.subject, NEW.data);
        RETURN NULL;
      END $$;
      REVOKE ALL ON FUNCTION events.stage_instead() FROM PUBLIC;
      CREATE TRIGGER stage_instead BEFORE INSERT ON events.events FOR EACH ROW WHEN (NEW.number IS NULL)
        EXECUTE FUNCTION events.stage_instead();
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
