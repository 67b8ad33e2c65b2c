import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Files of one app or one user are no events of the tenant: their very names are nobody else's. What is only tried is none
 * either. The ways in which a file can be written are told of as what they do.
 */
export class EventsOwnFiles1795769130000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION events.type_of(action text) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = '' AS $$
        SELECT 'coresdk.' || regexp_replace(noun, '[.](admin|current|me|signed)$', '') || '.' || ('{
          "create": "created", "add": "created", "register": "created",
          "update": "updated", "change": "updated", "put": "updated", "set": "updated",
          "delete": "deleted", "remove": "deleted", "destroy": "destroyed", "purge": "purged",
          "restore": "restored", "undelete": "restored", "archive": "archived", "unarchive": "unarchived",
          "suspend": "suspended", "activate": "activated", "deactivate": "deactivated",
          "pause": "paused", "resume": "resumed", "revoke": "revoked", "expire": "expired",
          "rotate": "rotated", "rotate_secret": "secret_rotated",
          "upload": "uploaded", "stage": "staged", "rollback": "rolled_back", "revert": "reverted",
          "schedule": "scheduled", "cancel": "cancelled", "apply": "applied",
          "admit": "member_added", "expel": "member_removed", "transfer": "transferred",
          "invite": "invited", "accept": "accepted", "import": "imported",
          "copy": "copied", "move": "moved"
        }'::jsonb ->> verb)
        FROM (
          SELECT regexp_replace(named, '[.][^.]+$', '') AS noun, substring(named FROM '[^.]+$') AS verb
          FROM (SELECT CASE
            WHEN action IN ('file.upload.create', 'file.upload.patch') THEN 'file.put'
            WHEN action IN ('file.copy.create', 'file.move.create') THEN regexp_replace(action, '[.]create$', '')
            ELSE action END AS named) AS actions
        ) AS words
        WHERE action ~ '^[a-z_]+([.][a-z_]+)+$' AND noun !~ '^(oauth|session|token|audit|user[.]password)([.]|$)'
      $$;

      CREATE OR REPLACE FUNCTION events.take() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        type text := events.type_of(NEW.payload->>'action');
        told jsonb := NEW.payload->'metadata';
        resource_type text := NEW.payload->>'resourceType';
        resource_id text := NEW.payload->>'resourceId';
      BEGIN
        IF type IS NULL OR told->>'dryRun' = 'true' OR (resource_type = 'file' AND NOT starts_with(resource_id, 'shared/')) THEN
          RETURN NULL;
        END IF;
        INSERT INTO events.events (tenant_id, id, type, subject, data)
        VALUES (NEW.tenant_id, 'evt-' || regexp_replace(NEW.id, '^aud-', ''), type,
          concat_ws('/', resource_type, nullif(resource_id, '')),
          jsonb_strip_nulls(jsonb_build_object('id', nullif(resource_id, ''), 'version', told->'version',
            'changed', told->'changed', 'restoredFrom', told->'restoredFrom', 'userId', told->'userId',
            'role', told->'role', 'reason', told->'reason', 'size', told->'size',
            'source', CASE WHEN starts_with(told->>'source', 'shared/') THEN told->'source' END))
          || coalesce(NEW.resource, '{}'));
        RETURN NULL;
      END $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
