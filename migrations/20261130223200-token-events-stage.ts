import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Blocks writers for a moment, as `events-stage` does: from then on every row of the log of token events has a number. */
export class TokenEventsStage1796077920000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      LOCK TABLE token_events.events IN SHARE ROW EXCLUSIVE MODE;
      DO $$
      DECLARE
        tenant text := (SELECT min(tenant_id) FROM token_events.events);
      BEGIN
        WHILE tenant IS NOT NULL LOOP
          PERFORM token_events.number_rows(tenant, 2147483647, true, xid, seq) FROM token_events.numbered_to(tenant);
          tenant := (SELECT min(tenant_id) FROM token_events.events WHERE tenant_id > tenant);
        END LOOP;
      END $$;
      DROP FUNCTION token_events.number_rows(text, int, boolean, xid8, bigint);
      DROP FUNCTION token_events.numbered_to(text);

      -- Stages an event that is inserted without a number, as the previous version does.
      CREATE FUNCTION token_events.stage_instead() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        INSERT INTO token_events.staged (tenant_id, at, type, client_id, user_id, details)
        VALUES (NEW.tenant_id, NEW.at, NEW.type, NEW.client_id, NEW.user_id, NEW.details);
        RETURN NULL;
      END $$;
      REVOKE ALL ON FUNCTION token_events.stage_instead() FROM PUBLIC;
      CREATE TRIGGER stage_instead BEFORE INSERT ON token_events.events FOR EACH ROW WHEN (NEW.number IS NULL)
        EXECUTE FUNCTION token_events.stage_instead();
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
