import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { ApiKey, LiveCredential } from '../contract/api-keys.port';

/** A stored key, found by its handle. */
export interface StoredApiKey {
  readonly key: ApiKey;
  readonly hash: Buffer;
  readonly dataKeyId: string;
  readonly isRevoked: boolean;
}

interface Row {
  readonly credential_id: string;
  readonly key_id: string;
  readonly owner_type: ApiKey['ownerType'];
  readonly owner_id: string;
  readonly app_id: string;
  readonly scopes: string[];
  readonly created_at: Date;
  readonly ends_at: Date | null;
  readonly is_revoked: boolean;
  readonly hash: Buffer;
  readonly data_key_id: string;
}

/** Reads stored keys for authentication. */
@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: Database) {}

  /** Finds a key by its handle. Returns `null` if there is no such key. */
  async find(handle: string): Promise<StoredApiKey | null> {
    const owner = await this.database
      .platform()
      .maybeOne<{ tenant_id: string | null }>('SELECT credentials.tenant_of($1) AS tenant_id', [handle]);
    const tenantId = owner?.tenant_id ?? null;
    if (tenantId === null) return null;
    const row = await this.database.tenant(tenantId).maybeOne<Row>(
      {
        name: 'api key',
        text: `SELECT c.id AS credential_id, k.id AS key_id, c.owner_type, c.owner_id, c.app_id, c.scopes, c.created_at,
                 least(c.expires_at, k.valid_until) AS ends_at, c.revoked_at IS NOT NULL AS is_revoked,
                 k.hash, k.data_key_id
               FROM credentials.keys AS k
               JOIN credentials.credentials AS c ON c.tenant_id = k.tenant_id AND c.id = k.credential_id
               WHERE k.tenant_id = $1 AND k.handle = $2`,
      },
      [tenantId, handle],
    );
    return row === undefined ? null : toStored(tenantId, row);
  }

  /** Finds a valid credential. Returns `null` if it was revoked, has expired or does not exist. */
  async live(tenantId: string, credentialId: string): Promise<LiveCredential | null> {
    const row = await this.database.tenant(tenantId).maybeOne<LiveCredential>(
      {
        name: 'live credential',
        text: `SELECT scopes FROM credentials.credentials
               WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
      },
      [tenantId, credentialId],
    );
    return row ?? null;
  }

  /** Records the last use for some of a tenant's credentials. Never replaces a time with an earlier one. */
  async noteUse(tenantId: string, uses: readonly { readonly id: string; readonly atMs: number }[]): Promise<void> {
    await this.database.tenant(tenantId).run(
      {
        name: 'api key use',
        text: `UPDATE credentials.credentials AS c SET last_used_at = u.at
               FROM (SELECT e->>'id' AS id, to_timestamp((e->>'atMs')::double precision / 1000) AS at
                     FROM jsonb_array_elements($2::jsonb) AS e) AS u
               WHERE c.tenant_id = $1 AND c.id = u.id AND (c.last_used_at IS NULL OR c.last_used_at < u.at)`,
      },
      [tenantId, toJsonb(uses)],
    );
  }
}

function toStored(tenantId: string, row: Row): StoredApiKey {
  return {
    key: {
      credentialId: row.credential_id,
      keyId: row.key_id,
      tenantId,
      ownerType: row.owner_type,
      ownerId: row.owner_id,
      appId: row.app_id,
      scopes: row.scopes,
      createdAtMs: row.created_at.getTime(),
      expiresAtMs: row.ends_at?.getTime() ?? null,
    },
    hash: row.hash,
    dataKeyId: row.data_key_id,
    isRevoked: row.is_revoked,
  };
}
