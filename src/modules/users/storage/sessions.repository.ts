import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { markUntilNow, revocationChange } from '../../revocation/contract/revocation.types';
import { USERS_TOPIC } from '../contract/users.topics';
import type { Session } from '../contract/users.types';

interface SessionRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly user_id: string;
  readonly auth_time: Date;
  readonly amr: readonly string[];
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly expires_at: Date;
  readonly idle_seconds: number | null;
  readonly ip: string;
  readonly user_agent: string;
}

const COLUMNS = ['tenant_id', 'id', 'user_id', 'auth_time', 'amr', 'created_at', 'last_seen_at', 'expires_at', 'ip'];
const SESSION = [...COLUMNS, 'user_agent', 'idle_seconds'].map((column) => `s.${column}`).join(', ');
/** Holds for a session that has neither expired nor been idle too long at the moment $3. */
const IS_ACTIVE = `s.expires_at > $3 AND (s.idle_seconds IS NULL OR s.last_seen_at + make_interval(secs => s.idle_seconds) > $3)`;

@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Stores a session within the caller's transaction, with its event. An existing session continues under the new token, and the old token
   * becomes invalid.
   */
  async put(tx: Tx, session: Session, tokenHash: Buffer, event: StagedEvent): Promise<void> {
    const { tenantId, id, userId, authTimeMs, amr, createdAtMs, lastSeenAtMs, expiresAtMs, idleMs, ip, userAgent } =
      session;
    const times = [authTimeMs, createdAtMs, lastSeenAtMs, expiresAtMs].map((ms) => new Date(ms));
    await tx.run(
      `INSERT INTO users.sessions (tenant_id, id, token_hash, user_id, amr, ip, user_agent,
         auth_time, created_at, last_seen_at, expires_at, idle_seconds)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT (tenant_id, id) DO UPDATE SET token_hash = $3, amr = $5, ip = $6, user_agent = $7, auth_time = $8,
         last_seen_at = $10, expires_at = $11, idle_seconds = $12`,
      [tenantId, id, tokenHash, userId, [...amr], ip, userAgent, ...times, idleMs === null ? null : idleMs / 1000],
    );
    await stageEvent(tx, event);
  }

  /** Ends the oldest sessions of a user beyond `atMost`, within the caller's transaction. */
  async endBeyond(tx: Tx, tenantId: string, userId: string, atMost: number, nowMs: number): Promise<void> {
    const ended = await tx.rows<{ id: string }>(
      `WITH ended AS (
         DELETE FROM users.sessions WHERE tenant_id = $1 AND id IN (
           SELECT id FROM users.sessions WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at DESC, id DESC OFFSET $3)
         RETURNING id)
       SELECT id FROM ended`,
      [tenantId, userId, atMost],
    );
    const ids = ended.map(({ id }) => id);
    await this.publishEnded(tx, tenantId, userId, ids, nowMs);
  }

  /** Returns the active session that a token identifies if its user is active; `null` otherwise. */
  async findLive(tokenHash: Buffer, now: Date): Promise<Session | null> {
    const found = await this.database
      .platform()
      .maybeOne<{ tenant: string | null }>('SELECT users.tenant_of_session($1) AS tenant', [tokenHash]);
    const tenantId = found?.tenant ?? null;
    if (tenantId === null) return null;
    const row = await this.database.tenant(tenantId).maybeOne<SessionRow>(
      `SELECT ${SESSION} FROM users.sessions s JOIN users.users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
       WHERE s.tenant_id = $1 AND s.token_hash = $2 AND ${IS_ACTIVE} AND u.status = 'active'`,
      [tenantId, tokenHash, now],
    );
    return row ? toSession(row) : null;
  }

  /** Returns a user's active sessions, newest first. */
  async list(tenantId: string, userId: string, now: Date): Promise<readonly Session[]> {
    const rows = await this.database.tenant(tenantId).rows<SessionRow>(
      `SELECT ${SESSION} FROM users.sessions s WHERE s.tenant_id = $1 AND s.user_id = $2 AND ${IS_ACTIVE}
       ORDER BY s.created_at DESC, s.id DESC`,
      [tenantId, userId, now],
    );
    return rows.map(toSession);
  }

  async noteSeen(tenantId: string, sessionId: string, at: Date): Promise<void> {
    await this.database
      .tenant(tenantId)
      .run('UPDATE users.sessions SET last_seen_at = greatest(last_seen_at, $3) WHERE tenant_id = $1 AND id = $2', [
        tenantId,
        sessionId,
        at,
      ]);
  }

  /** Ends a session and revokes the tokens issued in it. @returns its user; `null` if there is no such session. */
  async end(
    tenantId: string,
    sessionId: string,
    nowMs: number,
    event: (userId: string) => StagedEvent,
  ): Promise<string | null> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const userId = await this.remove(tx, tenantId, sessionId);
      if (userId === null) return null;
      await this.publishEnded(tx, tenantId, userId, [sessionId], nowMs);
      await stageEvent(tx, event(userId));
      return userId;
    });
  }

  /** Ends a session of this user within the caller's transaction. @returns whether it existed. */
  async endOwn(tx: Tx, tenantId: string, userId: string, sessionId: string, nowMs: number): Promise<boolean> {
    const ended = await tx.rows<{ id: string }>(
      `WITH ended AS (DELETE FROM users.sessions WHERE tenant_id = $1 AND user_id = $2 AND id = $3 RETURNING id)
       SELECT id FROM ended`,
      [tenantId, userId, sessionId],
    );
    const ids = ended.map(({ id }) => id);
    await this.publishEnded(tx, tenantId, userId, ids, nowMs);
    return ids.length > 0;
  }

  /** Ends all sessions of a user within the caller's transaction. @returns the number of sessions. */
  async endAll(tx: Tx, tenantId: string, userId: string, nowMs: number): Promise<number> {
    const ended = await tx.rows<{ id: string }>(
      `WITH ended AS (DELETE FROM users.sessions WHERE tenant_id = $1 AND user_id = $2 RETURNING id)
       SELECT id FROM ended ORDER BY id`,
      [tenantId, userId],
    );
    const ids = ended.map(({ id }) => id);
    await this.publishEnded(tx, tenantId, userId, ids, nowMs);
    return ids.length;
  }

  /** Records an event within the caller's transaction. */
  async record(tx: Tx, event: StagedEvent): Promise<void> {
    await stageEvent(tx, event);
  }

  /** Deletes a session and returns its user. */
  private async remove(tx: Tx, tenantId: string, sessionId: string): Promise<string | null> {
    const row = await tx.maybeOne<{ user_id: string }>(
      `WITH ended AS (DELETE FROM users.sessions WHERE tenant_id = $1 AND id = $2 RETURNING user_id)
       SELECT user_id FROM ended`,
      [tenantId, sessionId],
    );
    return row?.user_id ?? null;
  }

  private async publishEnded(
    tx: Tx,
    tenantId: string,
    userId: string,
    sessionIds: readonly string[],
    nowMs: number,
  ): Promise<void> {
    if (sessionIds.length === 0) return;
    await publishChanges(tx, [
      { topic: USERS_TOPIC, tenantId, key: userId, payload: {} },
      ...sessionIds.map((id) => revocationChange(markUntilNow('session', id, tenantId, nowMs))),
    ]);
  }
}

function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    userId: row.user_id,
    authTimeMs: row.auth_time.getTime(),
    amr: row.amr,
    createdAtMs: row.created_at.getTime(),
    lastSeenAtMs: row.last_seen_at.getTime(),
    expiresAtMs: row.expires_at.getTime(),
    idleMs: row.idle_seconds === null ? null : row.idle_seconds * 1000,
    ip: row.ip,
    userAgent: row.user_agent,
  };
}
