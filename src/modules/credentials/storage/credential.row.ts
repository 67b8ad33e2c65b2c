import { KeysetList } from '../../../kernel/lists/keyset-list';
import type { Credential, CredentialQuery } from '../contract/credentials.types';

export interface CredentialRow {
  readonly id: string;
  readonly name: string;
  readonly owner_type: Credential['ownerType'];
  readonly owner_id: string;
  readonly app_id: string;
  readonly scopes: string[];
  readonly key_prefix: string;
  readonly previous_until: Date | null;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
  readonly status: Credential['status'];
  readonly version: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
}

const IS_EXPIRED = 'expires_at <= now()';

/** The selected columns of a {@link CredentialRow}. */
export const COLUMNS = `id, name, owner_type, owner_id, app_id, scopes, key_prefix, expires_at, revoked_at, last_used_at,
  CASE WHEN previous_until > now() AND revoked_at IS NULL THEN previous_until END AS previous_until,
  CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN ${IS_EXPIRED} THEN 'expired' ELSE 'active' END AS status,
  version, created_at, created_by, updated_at, updated_by`;

/** The condition that a credential is neither revoked nor expired. */
export const IS_LIVE = `revoked_at IS NULL AND (${IS_EXPIRED}) IS NOT TRUE`;

const HAS_STATUS: Readonly<Record<Credential['status'], string>> = {
  active: IS_LIVE,
  revoked: 'revoked_at IS NOT NULL',
  expired: `revoked_at IS NULL AND ${IS_EXPIRED}`,
};

export const CREDENTIAL_LIST = new KeysetList<CredentialQuery, CredentialRow>({
  list: 'credentials',
  select: COLUMNS,
  from: 'credentials.credentials',
  tenant: 'tenant_id',
  id: 'id',
  sorts: {
    createdAt: { column: 'created_at', type: 'timestamptz' },
    name: { column: 'name', type: 'text' },
  },
  filters: {
    status: (value) => HAS_STATUS[value],
    ownerId: (value, bind) => `owner_id = ${bind(value)}`,
  },
});

export function toCredential(row: CredentialRow): Credential {
  return {
    id: row.id,
    name: row.name,
    type: 'api_key',
    keyPrefix: row.key_prefix,
    scopes: row.scopes,
    status: row.status,
    ownerType: row.owner_type,
    ownerId: row.owner_id,
    appId: row.app_id,
    expiresAt: row.expires_at?.toISOString() ?? null,
    previousValidUntil: row.previous_until?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}
