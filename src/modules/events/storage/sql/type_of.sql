-- Returns the event type of an audited write, such as coresdk.project.created for project.create. Returns NULL for actions that do not
-- produce an event: those that do not change a resource, and those on tokens, sign-in and the audit log, which have separate readers.
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

REVOKE ALL ON FUNCTION events.type_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.type_of(text) TO coresdk_app;
