import { selectOf } from '../../../kernel/database/columns';
import type { StoredSecret } from '../domain/client-secret';

export interface SecretRow {
  readonly tenantId: string;
  readonly id: string;
  readonly clientId: string;
  readonly hash: Buffer;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** The SELECT list of a {@link SecretRow}. */
export const SECRET = selectOf<SecretRow>({
  tenantId: 'tenant_id',
  id: 'id',
  clientId: 'client_id',
  hash: 'hash',
  createdAt: 'created_at',
  expiresAt: 'expires_at',
  lastUsedAt: 'last_used_at',
});

export function toStoredSecret(row: SecretRow): StoredSecret {
  return {
    id: row.id,
    hash: row.hash,
    createdAtMs: row.createdAt.getTime(),
    expiresAtMs: row.expiresAt?.getTime() ?? null,
  };
}
