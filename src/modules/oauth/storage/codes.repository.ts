import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import type { Change } from '../../../kernel/changes/change';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import type { PreparedStatement } from '../../../kernel/database/sql';
import type { NewTokenEvent } from '../../token-events/contract/token-events.types';
import { type AgreedGrant, GrantsRepository } from './grants.repository';
import { logTokenEvent } from '../../token-events/contract/log-token-event';
import type { WriteEvents } from './refresh-families.repository';

/** The values to which a code is bound. */
export interface CodeBinding {
  readonly userId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly nonce: string | null;
  readonly codeChallenge: string;
  readonly sessionId: string;
  readonly authTime: Date;
  readonly amr: readonly string[];
}

export interface StoredCode extends CodeBinding {
  readonly grantId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

/** The tokens to create when a code is used. */
export interface CodeUse {
  readonly now: Date;
  readonly jti: string;
  readonly until: Date;
  /** The family of refresh tokens to create, if any. */
  readonly family: {
    readonly handle: Buffer;
    readonly hash: Buffer;
    readonly idleUntil: Date;
    readonly expiresAt: Date;
  } | null;
  readonly event: StagedEvent;
  readonly tokenEvent: NewTokenEvent;
}

/** The tokens that were issued for a replayed code. */
export interface ReplayedCode {
  readonly grantId: string;
  readonly issuedJti: string | null;
  readonly issuedUntil: Date | null;
  /** The time of the last access token in the code's family, which can be newer than the code's own access token. */
  readonly lastIssuedAt: Date | null;
}

/** Events staged with a new authorization code. */
export interface CodeEvents {
  readonly audit: StagedEvent;
  /** `null` if the user was not asked for consent. */
  readonly consent: NewTokenEvent | null;
}

const FIND: PreparedStatement = {
  name: 'oauth.codes.find',
  text: `SELECT grant_id AS "grantId", user_id AS "userId", client_id AS "clientId", redirect_uri AS "redirectUri", scopes,
      resources, nonce, code_challenge AS "codeChallenge", session_id AS "sessionId", auth_time AS "authTime", amr,
      created_at AS "createdAt", expires_at AS "expiresAt", used_at AS "usedAt"
    FROM oauth.codes WHERE tenant_id = $1 AND hash = $2`,
};

/**
 * Exchanges under one grant take a shared lock on its row, and a revocation waits for them. With exclusive locks, exchanges would wait for
 * each other's commit. The last use of a grant is recorded at most once a minute, by a request that finds the row unlocked.
 */
const USE: PreparedStatement = {
  name: 'oauth.codes.use',
  text: `WITH used AS (
      UPDATE oauth.codes SET used_at = $3::timestamptz, issued_jti = $4, issued_until = $5, family = $6::bytea
      WHERE tenant_id = $1 AND hash = $2 AND used_at IS NULL RETURNING *
    ), alive AS (
      SELECT g.id FROM used JOIN oauth.grants AS g ON g.tenant_id = $1 AND g.id = used.grant_id
      WHERE g.revoked_at IS NULL AND users.hold_session($1, used.session_id) FOR SHARE OF g
    ), noted AS (
      UPDATE oauth.grants SET last_used_at = $3 WHERE tenant_id = $1 AND id = (
        SELECT g.id FROM oauth.grants AS g JOIN alive ON alive.id = g.id WHERE g.tenant_id = $1
          AND (g.last_used_at IS NULL OR g.last_used_at < $3::timestamptz - interval '1 minute')
        FOR UPDATE OF g SKIP LOCKED)
    ), family AS (
      INSERT INTO oauth.refresh_families (tenant_id, handle, grant_id, user_id, client_id, scopes, resources,
        session_id, auth_time, amr, current_hash, last_issued_at, created_at, idle_until, expires_at)
      SELECT tenant_id, $6::bytea, grant_id, user_id, client_id, scopes, resources, session_id, auth_time, amr,
        $7::bytea, $3, $3, $8::timestamptz, $9::timestamptz
      FROM used, alive WHERE $6::bytea IS NOT NULL
    ), staged AS (
      INSERT INTO kernel.outbox (id, topic, tenant_id, payload) SELECT $10::text, $11::text, $1, $12::jsonb FROM alive
    )
    SELECT EXISTS (SELECT FROM used) AS used, EXISTS (SELECT FROM alive) AS alive,
      (SELECT token_events.log($13::jsonb) FROM alive) AS logged`,
};

@Injectable()
export class CodesRepository {
  constructor(
    private readonly database: Database,
    private readonly grants: GrantsRepository,
  ) {}

  /** Stores a code with its grant. @returns false if the grant was revoked in the meantime. */
  async issue(
    tenantId: string,
    hash: Buffer,
    code: CodeBinding,
    expiresAt: Date,
    agreed: AgreedGrant,
    events: (grantId: string) => CodeEvents,
  ): Promise<boolean> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const grantId = await this.grants.agree(tx, tenantId, agreed);
      if (grantId === null) return false;
      await tx.run(
        `INSERT INTO oauth.codes (tenant_id, hash, grant_id, user_id, client_id, redirect_uri, scopes, resources, nonce,
           code_challenge, session_id, auth_time, amr, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
        [
          tenantId,
          hash,
          grantId,
          code.userId,
          code.clientId,
          code.redirectUri,
          code.scopes,
          code.resources,
          code.nonce,
          code.codeChallenge,
          code.sessionId,
          code.authTime,
          code.amr,
          agreed.now,
          expiresAt,
        ],
      );
      const { audit, consent } = events(grantId);
      if (consent) await logTokenEvent(tx, consent);
      await stageEvent(tx, audit);
      return true;
    });
  }

  /** Returns the code with the given hash, even if it has been used; `null` if the tenant has no such code. */
  async find(tenantId: string, hash: Buffer): Promise<StoredCode | null> {
    const row = await this.database.tenant(tenantId).maybeOne<StoredCode>(FIND, [tenantId, hash]);
    return row ?? null;
  }

  /**
   * Consumes a code once: of any number of concurrent callers, one gets `used` and the others get `replayed`. The same transaction creates
   * the family of refresh tokens and stages the event. Returns `revoked` if the code's grant or session ended in the meantime; in that
   * case, nothing is created.
   */
  async use(tenantId: string, hash: Buffer, use: CodeUse): Promise<'used' | 'replayed' | 'revoked'> {
    const { now, jti, until, family, event, tokenEvent } = use;
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ used: boolean; alive: boolean }>(USE, [
        tenantId,
        hash,
        now,
        jti,
        until,
        family?.handle ?? null,
        family?.hash ?? null,
        family?.idleUntil ?? null,
        family?.expiresAt ?? null,
        event.id,
        event.topic,
        toJsonb(event.payload),
        toJsonb(tokenEvent),
      ]);
    if (row?.used !== true) return 'replayed';
    return row.alive ? 'used' : 'revoked';
  }

  /**
   * Revokes the tokens of a code's first use: ends its family and publishes the revocations of the issued tokens.
   * @param revocations the revocations of the tokens that were issued for the code.
   */
  async endReplayed(
    tenantId: string,
    hash: Buffer,
    now: Date,
    revocations: (replayed: ReplayedCode) => readonly Change[],
    events: WriteEvents,
  ): Promise<void> {
    await this.database.tenantTransaction(tenantId, async (tx) => {
      const code = await tx.maybeOne<{
        grantId: string;
        issuedJti: string | null;
        issuedUntil: Date | null;
        family: Buffer | null;
      }>(
        `SELECT grant_id AS "grantId", issued_jti AS "issuedJti", issued_until AS "issuedUntil", family
           FROM oauth.codes WHERE tenant_id = $1 AND hash = $2`,
        [tenantId, hash],
      );
      if (!code) return;
      const families = await tx.maybeOne<{ lastIssuedAt: Date }>(
        `UPDATE oauth.refresh_families SET ended_at = coalesce(ended_at, $3), previous_answer = NULL
         WHERE tenant_id = $1 AND handle = $2 RETURNING last_issued_at AS "lastIssuedAt"`,
        [tenantId, code.family, now],
      );
      await publishChanges(tx, revocations({ ...code, lastIssuedAt: families?.lastIssuedAt ?? null }));
      await logTokenEvent(tx, events.tokenEvent);
      await stageEvent(tx, events.audit);
    });
  }
}
