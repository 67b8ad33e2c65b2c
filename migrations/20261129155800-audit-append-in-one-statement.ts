import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Appending without a lock from one statement to the next: a process whose connection fell silent in between kept the log of
 * a tenant, and with it the tenant's API, from everybody until its transaction was ended for it.
 */
export class AuditAppendInOneStatement1795967880000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(READ);
    await runner.query(APPEND);
    await runner.query(RIGHTS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const READ = `
  -- Where these logs end, and which of the ids are in them already. Makes the heads that are not there.
  CREATE FUNCTION audit.read_heads(tenants text[], id_tenants text[], ids text[]) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
  DECLARE
    heads jsonb;
    known jsonb;
  BEGIN
    INSERT INTO audit.heads (tenant_id)
      SELECT wanted FROM unnest(tenants) AS wanted
      WHERE NOT EXISTS (SELECT FROM audit.heads h WHERE h.tenant_id = wanted) ORDER BY wanted
      ON CONFLICT DO NOTHING;
    SELECT jsonb_agg(jsonb_build_object('tenantId', h.tenant_id, 'size', h.size, 'hash', encode(h.hash, 'hex'),
        'frontier', encode(h.frontier, 'hex'), 'earlier', h.earlier)) INTO heads
      FROM audit.heads h WHERE h.tenant_id = ANY (tenants);
    SELECT jsonb_agg(jsonb_build_object('tenantId', l.tenant_id, 'id', l.id, 'sequence', l.sequence,
        'previousHash', encode(e.previous_hash, 'hex'), 'recordHash', encode(e.record_hash, 'hex'))) INTO known
      FROM unnest(id_tenants, ids) AS asked (tenant_id, id)
      JOIN audit.leaves l ON l.tenant_id = asked.tenant_id AND l.id = asked.id
      LEFT JOIN audit.events e ON e.tenant_id = l.tenant_id AND e.sequence = l.sequence;
    RETURN jsonb_build_object('heads', coalesce(heads, '[]'), 'known', coalesce(known, '[]'));
  END $$;

  -- Staged events of these names, which stay where they are.
  CREATE FUNCTION audit.staged(tenants text[], ids text[]) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(jsonb_agg(o.payload), '[]') FROM unnest(tenants, ids) AS asked (tenant_id, id)
    JOIN kernel.outbox o ON o.id = asked.id AND o.topic = 'audit' AND coalesce(o.tenant_id, 'system') = asked.tenant_id
  $$;

  -- The same of the oldest ones.
  CREATE FUNCTION audit.oldest_staged(at_most int) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(jsonb_agg(o.payload ORDER BY o.created_at), '[]') FROM (
      SELECT payload, created_at FROM kernel.outbox WHERE topic = 'audit' ORDER BY created_at LIMIT at_most) AS o
  $$;

  -- The same of what was recorded before there was a chain, in the order of its time.
  CREATE FUNCTION audit.earlier(at_most int) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'tenantId', tenant_id, 'appId', app_id,
        'actorType', actor_type, 'actorId', actor_id, 'action', action, 'resourceType', resource_type,
        'resourceId', resource_id, 'outcome', outcome, 'reason', reason, 'requestId', request_id, 'ip', ip,
        'metadata', metadata, 'tsMs', floor(extract(epoch FROM ts) * 1000)) ORDER BY ts, id), '[]')
    FROM (SELECT * FROM audit.earlier_events ORDER BY ts, id LIMIT at_most) AS e
  $$;
`;

const APPEND = `
  -- As audit.append_at, and takes events from where they were staged: [{t: tenant, id}], or from what there was before there
  -- was a chain. Does nothing where one of those is gone, or somebody takes it now. Waits for heads alone, so that no two
  -- batches wait for each other.
  CREATE FUNCTION audit.append_taking(records json, moved json, staged json, earlier json) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
  DECLARE
    found_staged text[];
    found_earlier bigint;
    heads_there bigint;
  BEGIN
    SELECT count(*) INTO heads_there FROM (
      SELECT FROM json_to_recordset(moved) AS m (t text, was bigint, washash text)
      JOIN audit.heads h ON h.tenant_id = m.t
      WHERE h.size = m.was AND h.hash = decode(m.washash, 'hex')
      ORDER BY h.tenant_id FOR UPDATE OF h
    ) AS heads;
    IF heads_there <> json_array_length(moved) THEN
      RETURN false;
    END IF;
    SELECT coalesce(array_agg(o.id), '{}') INTO found_staged FROM (
      SELECT o.id FROM json_to_recordset(staged) AS s (t text, id text)
      JOIN kernel.outbox o ON o.id = s.id AND o.topic = 'audit' AND coalesce(o.tenant_id, 'system') = s.t
      FOR UPDATE OF o SKIP LOCKED
    ) AS o;
    SELECT count(*) INTO found_earlier FROM (
      SELECT FROM json_to_recordset(earlier) AS s (t text, id text)
      JOIN audit.earlier_events e ON e.tenant_id = s.t AND e.id = s.id FOR UPDATE OF e SKIP LOCKED
    ) AS e;
    IF cardinality(found_staged) <> json_array_length(staged) OR found_earlier <> json_array_length(earlier) THEN
      RETURN false;
    END IF;
    DELETE FROM kernel.outbox WHERE id = ANY (found_staged);
    DELETE FROM audit.earlier_events e USING json_to_recordset(earlier) AS s (t text, id text)
      WHERE e.tenant_id = s.t AND e.id = s.id;
    PERFORM audit.append_records(records, moved);
    RETURN true;
  END $$;

  -- Goes the whole way of audit.append_at, and takes it back.
  CREATE FUNCTION audit.try_append_at(records json, moved json) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
  DECLARE
    done boolean;
  BEGIN
    BEGIN
      done := audit.append_at(records, moved);
      RAISE EXCEPTION USING ERRCODE = 'UNDO1';
    EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
      RETURN done;
    END;
  END $$;
`;

const NEW = `audit.read_heads(text[], text[], text[]), audit.staged(text[], text[]), audit.oldest_staged(int), audit.earlier(int),
  audit.append_taking(json, json, json, json), audit.try_append_at(json, json)`;
const RIGHTS = `
  REVOKE ALL ON FUNCTION ${NEW} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${NEW} TO coresdk_app;
`;
