import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The audit log. The application's role reads its own tenant's events and appends by functions; it changes nothing. */
export class AuditCreate1795536060000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA audit;
      GRANT USAGE ON SCHEMA audit TO coresdk_app;

      CREATE TABLE audit.events (
        tenant_id text NOT NULL,
        id text NOT NULL,
        app_id text,
        actor_type text NOT NULL,
        actor_id text NOT NULL,
        action text NOT NULL,
        resource_type text NOT NULL,
        resource_id text NOT NULL,
        outcome text NOT NULL,
        reason text NOT NULL,
        request_id text NOT NULL,
        ip text,
        metadata jsonb NOT NULL,
        ts timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      );
      ALTER TABLE audit.events ENABLE ROW LEVEL SECURITY;
      ALTER TABLE audit.events FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON audit.events FOR SELECT USING (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON audit.events TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT ON audit.events TO coresdk_app;

      -- Appends events of any tenants. An id that is there already is left as it is.
      CREATE FUNCTION audit.append(events jsonb) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        INSERT INTO audit.events
        SELECT event->>'tenantId', event->>'id', event->>'appId', event->>'actorType', event->>'actorId',
               event->>'action', event->>'resourceType', event->>'resourceId', event->>'outcome', event->>'reason',
               event->>'requestId', event->>'ip', event->'metadata',
               to_timestamp((event->>'tsMs')::double precision / 1000)
        FROM jsonb_array_elements(events) AS event
        ON CONFLICT (tenant_id, id) DO NOTHING
      $$;

      -- Moves staged events into the log: one by its id, or the oldest ones. What another process moves now is passed over.
      CREATE FUNCTION audit.deliver(wanted text, of_tenant text, at_most int) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        taken jsonb;
      BEGIN
        WITH chosen AS (
          SELECT id FROM kernel.outbox
          WHERE topic = 'audit' AND (wanted IS NULL OR (id = wanted AND coalesce(tenant_id, 'system') = of_tenant))
          ORDER BY created_at LIMIT at_most FOR UPDATE SKIP LOCKED
        ), removed AS (
          DELETE FROM kernel.outbox USING chosen WHERE outbox.id = chosen.id RETURNING outbox.payload
        )
        SELECT coalesce(jsonb_agg(payload), '[]') INTO taken FROM removed;
        PERFORM audit.append(taken);
        RETURN jsonb_array_length(taken);
      END $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA audit TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
