import { Injectable } from '@nestjs/common';
import type { Change } from '../../../kernel/changes/change';
import { retainedChanges } from '../../../kernel/changes/retained-changes';
import { publishChanges } from '../../../kernel/changes/publish';
import type { CallerSignal } from '../../../kernel/context/call-context';
import { Database } from '../../../kernel/database/database';
import type { Tx, PreparedStatement } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { type Revocation, revocationChange } from '../../revocation/contract/revocation.types';
import type { NewTokenEvent } from '../../token-events/contract/token-events.types';
import type { FamilyLife } from '../domain/judge-refresh';
import type { RefreshTokenHashes } from '../domain/opaque-token';
import { logTokenEvent } from '../../token-events/contract/log-token-event';
import { RecentFamilies } from './recent-families';

/** A family of refresh tokens as stored. */
export interface StoredFamily {
  readonly grantId: string;
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly sessionId: string;
  readonly authTime: Date;
  readonly amr: readonly string[];
  readonly currentHash: Buffer;
  readonly createdAt: Date;
  readonly idleUntil: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
}

/** A locked family, with the last response. */
export interface LockedFamily extends StoredFamily {
  readonly handle: Buffer;
  readonly previousHash: Buffer | null;
  readonly previousRequest: Buffer | null;
  /** Encrypted. */
  readonly previousAnswer: Buffer | null;
  readonly rotatedAt: Date | null;
  readonly lastIssuedAt: Date;
}

/** Converts a family to the form that the rules use. */
export function familyLife({ currentHash, idleUntil, expiresAt, endedAt }: StoredFamily): FamilyLife {
  return {
    currentHash,
    idleUntilMs: idleUntil.getTime(),
    expiresAtMs: expiresAt.getTime(),
    endedAtMs: endedAt?.getTime() ?? null,
  };
}

/** The next state of a family. */
export interface Rotation {
  readonly hash: Buffer;
  readonly request: Buffer;
  /** Encrypted; `null` if there is no grace window. */
  readonly answer: Buffer | null;
  readonly now: Date;
  readonly idleUntil: Date;
}

/** The events that a write stages in its transaction. */
export interface WriteEvents {
  readonly audit: StagedEvent;
  readonly tokenEvent: NewTokenEvent;
}

/** The column that is used to find the families for each kind of mark. */
const MARKED = { user: 'user_id', client: 'client_id', tenant: 'tenant_id' } as const;

/** The columns that every refresh needs. The row is read so often that each additional column has a cost. */
const COLUMNS = `grant_id AS "grantId", user_id AS "userId", client_id AS "clientId", scopes, resources,
    session_id AS "sessionId", auth_time AS "authTime", amr, current_hash AS "currentHash",
    created_at AS "createdAt", idle_until AS "idleUntil", expires_at AS "expiresAt", ended_at AS "endedAt"`;
const LAST_GIVEN = `handle, previous_hash AS "previousHash", previous_request AS "previousRequest",
    previous_answer AS "previousAnswer", rotated_at AS "rotatedAt", last_issued_at AS "lastIssuedAt"`;
const FAMILY = 'FROM oauth.refresh_families WHERE tenant_id = $1 AND handle = $2';

const FIND: PreparedStatement = { name: 'oauth.families.find', text: `SELECT ${COLUMNS} ${FAMILY}` };

const ROTATE: PreparedStatement = {
  name: 'oauth.families.rotate',
  text: `WITH rotated AS (
      UPDATE oauth.refresh_families SET previous_hash = current_hash, current_hash = $4, previous_request = $5,
        previous_answer = $6, rotated_at = $7::timestamptz, last_issued_at = $7::timestamptz, idle_until = $8
      WHERE tenant_id = $1 AND handle = $2 AND current_hash = $3 AND ended_at IS NULL RETURNING handle
    ), staged AS (
      INSERT INTO kernel.outbox (id, topic, tenant_id, payload) SELECT $9::text, $10::text, $1, $11::jsonb FROM rotated
    )
    SELECT EXISTS (SELECT FROM rotated) AS rotated, (SELECT token_events.log($12::jsonb) FROM rotated) AS logged`,
};

const KEEP: PreparedStatement = {
  name: 'oauth.families.keep',
  text: `WITH kept AS (
      UPDATE oauth.refresh_families SET last_issued_at = $4::timestamptz, idle_until = $5
      WHERE tenant_id = $1 AND handle = $2 AND current_hash = $3 AND ended_at IS NULL RETURNING handle
    ), staged AS (
      INSERT INTO kernel.outbox (id, topic, tenant_id, payload) SELECT $6::text, $7::text, $1, $8::jsonb FROM kept
    )
    SELECT EXISTS (SELECT FROM kept) AS kept, (SELECT token_events.log($9::jsonb) FROM kept) AS logged`,
};

@Injectable()
export class RefreshFamiliesRepository {
  private readonly recent = new RecentFamilies<StoredFamily>();

  constructor(private readonly database: Database) {}

  /** Returns the family with the given handle; `null` if the tenant has no such family. */
  async find(tenantId: string, handle: Buffer): Promise<StoredFamily | null> {
    return (await this.database.tenant(tenantId).maybeOne<StoredFamily>(FIND, [tenantId, handle])) ?? null;
  }

  /**
   * Returns the family if this token was the newest when this process last rotated the family; `null` otherwise. Reads only memory: another
   * process might have ended or rotated the family since. In that case, {@link rotate} does not change anything.
   */
  findRecent(tenantId: string, presented: RefreshTokenHashes): StoredFamily | null {
    return this.recent.find(tenantId, presented);
  }

  /** Returns the owner of a family, for calls whose tenant is not known yet; `null` if no family has this handle. */
  async ownerOf(
    handle: Buffer,
    over?: CallerSignal,
  ): Promise<{ readonly tenantId: string; readonly clientId: string } | null> {
    const row = await this.database
      .platform(over)
      .maybeOne<{ tenantId: string; clientId: string }>(
        'SELECT tenant_id AS "tenantId", client_id AS "clientId" FROM oauth.owner_of_family($1)',
        [handle],
      );
    return row ?? null;
  }

  /** Runs `work` with the family locked. Other requests that present or revoke one of its tokens wait. */
  locked<T>(tenantId: string, handle: Buffer, work: (tx: Tx, family: LockedFamily | null) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const sql = `SELECT ${COLUMNS}, ${LAST_GIVEN} ${FAMILY} FOR UPDATE`;
      const row = await tx.maybeOne<LockedFamily>(sql, [tenantId, handle]);
      return work(tx, row ?? null);
    });
  }

  /**
   * Replaces the current token with the next one and stages its events, in one statement, which takes the row lock. Of any number of
   * concurrent callers, one succeeds.
   * @param family the family as it was read before.
   * @returns false if `spent` is no longer the current token, or the family has ended; in that case, nothing changes.
   */
  async rotate(
    tenantId: string,
    { handle, hash: spent }: RefreshTokenHashes,
    family: StoredFamily,
    next: Rotation,
    { audit: event, tokenEvent }: WriteEvents,
  ): Promise<boolean> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ rotated: boolean }>(ROTATE, [
        tenantId,
        handle,
        spent,
        next.hash,
        next.request,
        next.answer,
        next.now,
        next.idleUntil,
        event.id,
        event.topic,
        toJsonb(event.payload),
        toJsonb(tokenEvent),
      ]);
    const rotated = row?.rotated === true;
    if (rotated) this.recent.note(tenantId, handle, { ...family, currentHash: next.hash, idleUntil: next.idleUntil });
    else this.recent.forget(tenantId, handle);
    return rotated;
  }

  /**
   * Records that tokens were issued for the current token, which stays current, and stages the events.
   * @returns false if `used` is no longer the current token, or the family has ended; in that case, nothing changes.
   */
  async keep(
    tenantId: string,
    handle: Buffer,
    used: Buffer,
    now: Date,
    idleUntil: Date,
    { audit: event, tokenEvent }: WriteEvents,
  ): Promise<boolean> {
    const of = [tenantId, handle, used, now, idleUntil];
    const staged = [event.id, event.topic, toJsonb(event.payload), toJsonb(tokenEvent)];
    const row = await this.database.tenant(tenantId).maybeOne<{ kept: boolean }>(KEEP, [...of, ...staged]);
    return row?.kept === true;
  }

  /** Ends a locked family, and publishes the revocation of the tokens issued under its grant. */
  async end(
    tx: Tx,
    tenantId: string,
    handle: Buffer,
    now: Date,
    revocation: Revocation,
    events: WriteEvents,
  ): Promise<void> {
    await tx.run(
      `UPDATE oauth.refresh_families SET ended_at = coalesce(ended_at, $3), previous_answer = NULL
       WHERE tenant_id = $1 AND handle = $2`,
      [tenantId, handle, now],
    );
    await publishChanges(tx, [revocationChange(revocation)]);
    await logTokenEvent(tx, events.tokenEvent);
    await stageEvent(tx, events.audit);
  }

  /**
   * Ends every family of a user within the caller's transaction. Waits for a concurrent rotation.
   * @returns the time of the last token that any of these families issued, in Unix milliseconds; 0 if there was no token.
   */
  async endOfUser(tx: Tx, tenantId: string, userId: string, now: Date): Promise<number> {
    const row = await tx.maybeOne<{ lastIssuedAt: Date | null }>(
      `WITH ended AS (
         UPDATE oauth.refresh_families SET ended_at = $3, previous_answer = NULL
         WHERE tenant_id = $1 AND user_id = $2 AND ended_at IS NULL RETURNING last_issued_at
       ) SELECT max(last_issued_at) AS "lastIssuedAt" FROM ended`,
      [tenantId, userId, now],
    );
    return row?.lastIssuedAt?.getTime() ?? 0;
  }

  /** Ends all families of a user, an app or a whole tenant that were created at or before `until`. */
  async endMarked(kind: keyof typeof MARKED, tenantId: string, subject: string, until: Date): Promise<void> {
    await this.database.tenant(tenantId).run(
      `UPDATE oauth.refresh_families SET ended_at = now(), previous_answer = NULL
       WHERE tenant_id = $1 AND ${MARKED[kind]} = $2 AND ended_at IS NULL AND created_at <= $3`,
      [tenantId, subject, until],
    );
  }

  /** Iterates over those entries of a change log topic that are still in effect. */
  keptChanges(topic: string): AsyncIterable<Change> {
    return retainedChanges(this.database, topic);
  }

  /** Ends expired families and stages an event for each. */
  async endExpired(): Promise<void> {
    await this.database.platform().run('SELECT oauth.end_expired_families()');
  }

  /** Deletes unusable codes, families, grants and assertion ids across all tenants. */
  async prune(): Promise<void> {
    await this.database.platform().run('SELECT oauth.prune()');
  }
}
