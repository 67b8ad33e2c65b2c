import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { KeysetList } from '../../../kernel/lists/keyset-list';
import type { CountedPage } from '../../../kernel/lists/list-query';
import {
  type InitialToken,
  type InitialTokenQuery,
  SELF_REGISTRATION_TOPIC,
  type SelfRegistration,
} from '../contract/self-registration.types';

interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: string[];
  readonly max_uses: number;
  readonly uses: number;
  readonly expires_at: Date;
  readonly created_at: Date;
  readonly created_by: string;
}

const COLUMNS = 'id, name, scopes, max_uses, uses, expires_at, created_at, created_by';
const LIST = new KeysetList<InitialTokenQuery, TokenRow>({
  list: 'apps.initial-tokens',
  select: COLUMNS,
  from: 'apps.initial_tokens',
  tenant: 'tenant_id',
  id: 'id',
  sorts: { createdAt: { column: 'created_at', type: 'timestamptz' } },
  filters: {},
});

/** A token to store. */
export interface InitialTokenInsert {
  readonly id: string;
  readonly name: string;
  readonly hash: Buffer;
  readonly scopes: readonly string[];
  readonly maxUses: number;
  readonly expiresAt: Date;
  readonly createdBy: string;
}

/** A valid token, and whether its tenant lets apps register themselves. */
export interface GoodToken {
  readonly id: string;
  readonly scopes: readonly string[];
  readonly isEnabled: boolean;
}

/** Stores whether a tenant's apps can register themselves, the tokens for registration, and the self-registered apps. */
@Injectable()
export class SelfRegistrationRepository {
  constructor(private readonly database: Database) {}

  async isOffered(): Promise<boolean> {
    const sql = 'SELECT apps.offers_self_registration() AS offered';
    const row = await this.database.platform().maybeOne<{ offered: boolean }>(sql);
    return row?.offered ?? false;
  }

  /** Returns the setting; `null` if it was never set. */
  async find(tenantId: string): Promise<SelfRegistration | null> {
    const sql = `SELECT enabled, updated_at, updated_by FROM apps.self_registration WHERE tenant_id = $1`;
    const row = await this.database.tenant(tenantId).maybeOne<SwitchRow>(sql, [tenantId]);
    return row === undefined ? null : toSwitch(row);
  }

  async set(tx: Tx, tenantId: string, enabled: boolean, by: string): Promise<SelfRegistration> {
    const row = await tx.maybeOne<SwitchRow>(
      `INSERT INTO apps.self_registration (tenant_id, enabled, updated_by) VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id) DO UPDATE SET enabled = $2, updated_by = $3, updated_at = now()
       RETURNING enabled, updated_at, updated_by`,
      [tenantId, enabled, by],
    );
    await publishChanges(tx, [{ topic: SELF_REGISTRATION_TOPIC, tenantId, key: tenantId, payload: {} }]);
    if (row === undefined) throw new Error('The stored self-registration setting is missing.');
    return toSwitch(row);
  }

  list(tenantId: string, query: InitialTokenQuery): Promise<CountedPage<InitialToken>> {
    return LIST.page(this.database, tenantId, query, toToken);
  }

  /** Inserts a token. @returns `null` if the tenant has reached its maximum. */
  async insert(tx: Tx, tenantId: string, token: InitialTokenInsert, atMost: number): Promise<InitialToken | null> {
    const { id, name, hash, scopes, maxUses, expiresAt, createdBy } = token;
    const row = await tx.maybeOne<TokenRow>(
      `INSERT INTO apps.initial_tokens (tenant_id, id, name, hash, scopes, max_uses, expires_at, created_by)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8
       WHERE (SELECT count(*) FROM apps.initial_tokens WHERE tenant_id = $1) < $9 RETURNING ${COLUMNS}`,
      [tenantId, id, name, hash, [...scopes], maxUses, expiresAt, createdBy, atMost],
    );
    return row === undefined ? null : toToken(row);
  }

  /** Deletes a token. @returns whether it existed. */
  async remove(tx: Tx, tenantId: string, id: string): Promise<boolean> {
    const sql = 'DELETE FROM apps.initial_tokens WHERE tenant_id = $1 AND id = $2 RETURNING id';
    const count = await tx.count(sql, [tenantId, id]);
    return count > 0;
  }

  async tenantOfToken(hash: Buffer): Promise<string | null> {
    const sql = 'SELECT apps.tenant_of_initial_token($1) AS tenant';
    const row = await this.database.platform().maybeOne<{ tenant: string | null }>(sql, [hash]);
    return row?.tenant ?? null;
  }

  /** Returns the token if it is valid now. */
  async good(tenantId: string, hash: Buffer): Promise<GoodToken | null> {
    const sql = `SELECT t.id, t.scopes, coalesce(s.enabled, false) AS "isEnabled" FROM apps.initial_tokens AS t
      LEFT JOIN apps.self_registration AS s ON s.tenant_id = t.tenant_id
      WHERE t.tenant_id = $1 AND t.hash = $2 AND t.expires_at > now() AND t.uses < t.max_uses`;
    const row = await this.database.tenant(tenantId).maybeOne<GoodToken>(sql, [tenantId, hash]);
    return row ?? null;
  }

  /**
   * Uses a token for an app that was just registered. @returns false if the token is no longer valid, or the setting has been turned off.
   */
  async use(
    tx: Tx,
    tenantId: string,
    hash: Buffer,
    app: { readonly clientId: string; readonly registrationHash: Buffer },
  ): Promise<boolean> {
    const count = await tx.count(
      `WITH used AS (
         UPDATE apps.initial_tokens SET uses = uses + 1
         WHERE tenant_id = $1 AND hash = $2 AND expires_at > now() AND uses < max_uses
           AND EXISTS (SELECT FROM apps.self_registration WHERE tenant_id = $1 AND enabled)
         RETURNING id, scopes
       ) INSERT INTO apps.self_registered (tenant_id, client_id, token_id, scopes, hash)
       SELECT $1, $3, id, scopes, $4 FROM used RETURNING client_id`,
      [tenantId, hash, app.clientId, app.registrationHash],
    );
    return count > 0;
  }

  async tenantOfRegistration(hash: Buffer): Promise<string | null> {
    const sql = 'SELECT apps.tenant_of_registration($1) AS tenant';
    const row = await this.database.platform().maybeOne<{ tenant: string | null }>(sql, [hash]);
    return row?.tenant ?? null;
  }

  /** Returns the app that a registration access token belongs to, with the scopes that the app can declare now. */
  async registered(
    tenantId: string,
    hash: Buffer,
  ): Promise<{ readonly clientId: string; readonly scopes: readonly string[] } | null> {
    const sql = `SELECT r.client_id AS "clientId",
        CASE WHEN r.administered_at IS NULL THEN r.scopes ELSE a.declared_scopes END AS scopes
      FROM apps.self_registered r JOIN apps.apps a ON a.tenant_id = r.tenant_id AND a.client_id = r.client_id
      WHERE r.tenant_id = $1 AND r.hash = $2`;
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ clientId: string; scopes: string[] }>(sql, [tenantId, hash]);
    return row ?? null;
  }

  /** Returns whether an administrator has changed an app since it registered itself. Call it while the app is locked. */
  async isAdministered(tx: Tx, tenantId: string, clientId: string): Promise<boolean> {
    const count = await tx.count(
      'SELECT FROM apps.self_registered WHERE tenant_id = $1 AND client_id = $2 AND administered_at IS NOT NULL',
      [tenantId, clientId],
    );
    return count > 0;
  }
}

interface SwitchRow {
  readonly enabled: boolean;
  readonly updated_at: Date;
  readonly updated_by: string;
}

function toSwitch({ enabled, updated_at: updatedAt, updated_by: updatedBy }: SwitchRow): SelfRegistration {
  return { enabled, updatedAt: updatedAt.toISOString(), updatedBy };
}

function toToken(row: TokenRow): InitialToken {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    maxUses: row.max_uses,
    uses: row.uses,
    expiresAt: row.expires_at.toISOString(),
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  };
}
