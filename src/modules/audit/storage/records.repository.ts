import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { AuditEvent } from '../contract/audit.types';
import type { ProofElement } from '../domain/merkle-nodes';
import { foldElement } from '../domain/merkle-nodes';
import { splitHashes } from '../domain/merkle-tree';
import type { ChainedRecord } from '../domain/record';

/** A stored record. */
export interface StoredRecord extends ChainedRecord {
  readonly recordHash: Buffer;
}

interface Row {
  readonly sequence: string;
  readonly id: string;
  readonly app_id: string | null;
  readonly actor_type: AuditEvent['actorType'];
  readonly actor_id: string | null;
  readonly action: string;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly outcome: AuditEvent['outcome'];
  readonly reason: string;
  readonly request_id: string;
  readonly ip: string | null;
  readonly policy_revision: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly person: string | null;
  readonly personal: Buffer | null;
  readonly ts: Date;
  readonly previous_hash: Buffer;
  readonly record_hash: Buffer;
}

/** The columns that {@link recordOf} needs to build a record. */
const RECORD_COLUMNS = `sequence, id, app_id, actor_type, actor_id, action, resource_type, resource_id, outcome, reason,
  request_id, ip, policy_revision, metadata, person, personal, ts, previous_hash, record_hash`;

/** Reads stored records and tree nodes. */
@Injectable()
export class RecordsRepository {
  constructor(private readonly database: Database) {}

  /** Returns at most `limit` records of a log in order, starting at a sequence; skips records that retention has dropped. */
  async from(tenantId: string, sequence: number, limit: number): Promise<readonly StoredRecord[]> {
    const rows = await this.database
      .tenant(tenantId)
      .rows<Row>(
        `SELECT ${RECORD_COLUMNS} FROM audit.events WHERE tenant_id = $1 AND sequence >= $2 ORDER BY sequence LIMIT $3`,
        [tenantId, sequence, limit],
      );
    return rows.map((row) => recordOf(tenantId, row));
  }

  /** Returns the sequence of an event in its log; `null` when it does not exist. */
  async sequenceOf(tenantId: string, id: string): Promise<number | null> {
    const sql = 'SELECT sequence FROM audit.leaves WHERE tenant_id = $1 AND id = $2';
    const row = await this.database.tenant(tenantId).maybeOne<{ sequence: string }>(sql, [tenantId, id]);
    return row ? Number(row.sequence) : null;
  }

  /** Returns the record at a sequence; `null` when retention has dropped it. */
  async at(tenantId: string, sequence: number): Promise<StoredRecord | null> {
    const sql = `SELECT ${RECORD_COLUMNS} FROM audit.events WHERE tenant_id = $1 AND sequence = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<Row>(sql, [tenantId, sequence]);
    return row ? recordOf(tenantId, row) : null;
  }

  /** Returns the hashes of proof elements from one row per node. Throws when a node is missing. */
  async hashes(tenantId: string, elements: readonly ProofElement[]): Promise<readonly Buffer[]> {
    const names = elements.flat();
    const rowOf = ({ level, index }: { level: number; index: number }): number => (index + 1) * 2 ** level - 1;
    const rows = await this.database
      .tenant(tenantId)
      .rows<{ sequence: string; hashes: Buffer }>(
        'SELECT sequence, hashes FROM audit.leaves WHERE tenant_id = $1 AND sequence = ANY ($2)',
        [tenantId, [...new Set(names.map(rowOf))]],
      );
    const stored = new Map(rows.map(({ sequence, hashes }) => [Number(sequence), splitHashes(hashes)]));
    return elements.map((element) =>
      foldElement(
        element.map((name) => {
          const node = stored.get(rowOf(name))?.[name.level];
          if (!node) throw new Error(`The log has no node for its record ${rowOf(name)}.`);
          return node;
        }),
      ),
    );
  }
}

/** Converts a row with {@link RECORD_COLUMNS} to a record. */
function recordOf(tenantId: string, row: Row): StoredRecord {
  return {
    sequence: Number(row.sequence),
    previousHash: row.previous_hash,
    recordHash: row.record_hash,
    sealed: row.person === null || row.personal === null ? null : { person: row.person, bytes: row.personal },
    event: {
      id: row.id,
      tenantId,
      appId: row.app_id,
      actorType: row.actor_type,
      actorId: row.actor_id ?? '',
      action: row.action,
      resourceType: row.resource_type,
      resourceId: row.resource_id,
      outcome: row.outcome,
      reason: row.reason,
      requestId: row.request_id,
      ip: row.ip,
      policyRevision: row.policy_revision,
      metadata: row.metadata,
      personal: null,
      tsMs: row.ts.getTime(),
    },
  };
}
