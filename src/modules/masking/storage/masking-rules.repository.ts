import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import { lockTenant } from '../../../kernel/database/locks';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import {
  DEFAULT_RULES,
  type MaskingRules,
  newMaskingRules,
  type NewMaskingRules,
} from '../contract/masking-rules.types';
import { MASKING_TOPIC } from '../contract/masking.types';

interface RulesRow {
  readonly version: number;
  readonly rules: unknown;
  readonly updated_at: Date;
  readonly updated_by: string;
}

const SELECT_RULES = 'SELECT version, rules, updated_at, updated_by FROM masking.rules WHERE tenant_id = $1';

/** A change to the rules, with the new version. */
export interface RulesChange {
  readonly version: number;
  /** `null` restores the installation's rules. */
  readonly rules: NewMaskingRules | null;
  readonly updatedBy: string;
}

@Injectable()
export class MaskingRulesRepository {
  constructor(private readonly database: Database) {}

  /** Returns the tenant's rules, or the defaults with version 0. */
  async find(tenantId: string): Promise<MaskingRules> {
    const row = await this.database.tenant(tenantId).maybeOne<RulesRow>(SELECT_RULES, [tenantId]);
    return toRules(row);
  }

  /** Runs `work` with the tenant's rules locked, so that concurrent changes run one after the other. */
  async locked<T>(tenantId: string, work: (tx: Tx, rules: MaskingRules) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      // The row itself cannot be locked, because it may not exist yet.
      await lockTenant(tx, 'masking.rules', tenantId);
      const row = await tx.maybeOne<RulesRow>(SELECT_RULES, [tenantId]);
      return work(tx, toRules(row));
    });
  }

  /** Stores a change with its event, and notifies the sidecars. */
  async store(tx: Tx, tenantId: string, change: RulesChange, event: StagedEvent): Promise<MaskingRules> {
    const row = await tx.maybeOne<RulesRow>(
      `INSERT INTO masking.rules (tenant_id, version, rules, updated_by) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant_id) DO UPDATE SET version = excluded.version, rules = excluded.rules,
         updated_by = excluded.updated_by, updated_at = now()
       RETURNING version, rules, updated_at, updated_by`,
      [tenantId, change.version, change.rules && toJsonb(change.rules), change.updatedBy],
    );
    await stageEvent(tx, event);
    await publishChanges(tx, [{ topic: MASKING_TOPIC, tenantId, key: tenantId, payload: { version: change.version } }]);
    return toRules(row);
  }
}

function toRules(row: RulesRow | undefined): MaskingRules {
  if (!row) return { ...DEFAULT_RULES, version: 0, updatedAt: null, updatedBy: null };
  // Rules that an older release stored lack newer members.
  const rules = row.rules === null ? DEFAULT_RULES : newMaskingRules.parse(row.rules);
  return { ...rules, version: row.version, updatedAt: row.updated_at.toISOString(), updatedBy: row.updated_by };
}
