import type { Factor, FactorKind } from '../contract/factors.types';

export interface FactorRow {
  readonly id: string;
  readonly kind: FactorKind;
  readonly name: string;
  readonly is_synced: boolean;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
}

export const FACTOR_COLUMNS = 'id, kind, name, is_synced, created_at, last_used_at';

export function toFactor(row: FactorRow): Factor {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    isSynced: row.is_synced,
    createdAtMs: row.created_at.getTime(),
    lastUsedAtMs: row.last_used_at?.getTime() ?? null,
  };
}
