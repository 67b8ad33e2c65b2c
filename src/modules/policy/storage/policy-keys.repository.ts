import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import type { NewPolicyKey, PolicyKey } from '../contract/policy-bundles.types';

type KeyRow = Omit<PolicyKey, 'createdAt'> & { readonly created_at: Date };

const SELECT_KEYS = `SELECT id, algorithm, public_key AS "publicKey", scope, created_at
  FROM policy.keys WHERE tenant_id = $1 ORDER BY id`;

/** The public keys that verify the signatures of a tenant's bundles. */
@Injectable()
export class PolicyKeysRepository {
  constructor(private readonly database: Database) {}

  /** Returns the keys, sorted by id. */
  async list(tenantId: string): Promise<PolicyKey[]> {
    return (await this.database.tenant(tenantId).rows<KeyRow>(SELECT_KEYS, [tenantId])).map(toKey);
  }

  /** Returns the same keys as {@link list}, within a transaction. */
  async listIn(tx: Tx, tenantId: string): Promise<PolicyKey[]> {
    return (await tx.rows<KeyRow>(SELECT_KEYS, [tenantId])).map(toKey);
  }

  /** Adds a key, or replaces the key with this id, and stages its event. */
  async put(tx: Tx, tenantId: string, id: string, key: NewPolicyKey, event: StagedEvent): Promise<PolicyKey> {
    const row = await tx.one<KeyRow>(
      `INSERT INTO policy.keys (tenant_id, id, algorithm, public_key, scope) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, id) DO UPDATE
         SET algorithm = excluded.algorithm, public_key = excluded.public_key, scope = excluded.scope, created_at = now()
       RETURNING id, algorithm, public_key AS "publicKey", scope, created_at`,
      [tenantId, id, key.algorithm, key.publicKey, key.scope],
    );
    await stageEvent(tx, event);
    return toKey(row);
  }

  /** Deletes a key. Returns true if the key existed. The event is staged only in that case. */
  async delete(tx: Tx, tenantId: string, id: string, event: StagedEvent): Promise<boolean> {
    const count = await tx.count('DELETE FROM policy.keys WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
    if (count === 0) return false;
    await stageEvent(tx, event);
    return true;
  }
}

function toKey({ created_at, ...key }: KeyRow): PolicyKey {
  return { ...key, createdAt: created_at.toISOString() };
}
