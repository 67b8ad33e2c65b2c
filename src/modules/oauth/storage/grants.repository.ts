import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { type Revocation, revocationChange } from '../../revocation/contract/revocation.types';
import type { NewTokenEvent } from '../../token-events/contract/token-events.types';
import { logTokenEvent } from '../../token-events/contract/log-token-event';

/** An active grant as stored. */
export interface StoredGrant {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly rememberedScopes: readonly string[];
  readonly rememberedResources: readonly string[];
  /** True if the user asked for any consent to be remembered. */
  readonly remembered: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** A user's current agreement, given on the page or remembered from an earlier consent. */
export interface AgreedGrant {
  /** The active grant that already includes the agreement; `null` if a grant must be created or widened. */
  readonly knownId: string | null;
  /** Used if there is no active grant yet. */
  readonly newId: string;
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  /** True to skip the consent page for this access next time. */
  readonly remember: boolean;
  /** A grant from before this time belongs to a deleted app with the same id. */
  readonly clientCreatedAt: Date;
  readonly now: Date;
}

const GRANT = `id, user_id AS "userId", client_id AS "clientId", scopes, remembered,
         remembered_scopes AS "rememberedScopes", remembered_resources AS "rememberedResources",
         created_at AS "createdAt"`;

@Injectable()
export class GrantsRepository {
  constructor(private readonly database: Database) {}

  /** Returns a user's active grant for the current registration of an app; `null` if there is none. */
  async find(tenantId: string, userId: string, clientId: string, clientCreatedAt: Date): Promise<StoredGrant | null> {
    const row = await this.database.tenant(tenantId).maybeOne<StoredGrant>(
      `SELECT ${GRANT}, last_used_at AS "lastUsedAt"
       FROM oauth.grants
       WHERE tenant_id = $1 AND user_id = $2 AND client_id = $3 AND revoked_at IS NULL AND created_at >= $4`,
      [tenantId, userId, clientId, clientCreatedAt],
    );
    return row ?? null;
  }

  /**
   * Lists a user's active grants, newest first. The last use is the last use of a code or, as recorded in its family, of a refresh token.
   */
  list(tenantId: string, userId: string): Promise<StoredGrant[]> {
    return this.database.tenant(tenantId).rows<StoredGrant>(
      `SELECT ${GRANT}, greatest(last_used_at, (
           SELECT max(f.last_issued_at) FROM oauth.refresh_families AS f WHERE f.tenant_id = $1 AND f.grant_id = g.id
         )) AS "lastUsedAt"
       FROM oauth.grants AS g WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NULL ORDER BY id DESC`,
      [tenantId, userId],
    );
  }

  /**
   * Creates the grant or widens the active grant in the transaction that issues its code, and returns its id. `null` if the known grant was
   * revoked in the meantime: the user was not asked, so creating a grant is not allowed.
   */
  async agree(tx: Tx, tenantId: string, agreed: AgreedGrant): Promise<string | null> {
    const { knownId, newId, userId, clientId, scopes, resources, remember, clientCreatedAt, now } = agreed;
    if (knownId !== null) return this.lock(tx, tenantId, knownId);
    await tx.run(
      `UPDATE oauth.grants SET revoked_at = $5
       WHERE tenant_id = $1 AND user_id = $2 AND client_id = $3 AND revoked_at IS NULL AND created_at < $4`,
      [tenantId, userId, clientId, clientCreatedAt, now],
    );
    const row = await tx.maybeOne<{ id: string }>(
      `INSERT INTO oauth.grants AS g (tenant_id, id, user_id, client_id, scopes, resources, created_at, remembered,
         remembered_scopes, remembered_resources)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT (tenant_id, user_id, client_id) WHERE revoked_at IS NULL DO UPDATE SET
         scopes = ARRAY(SELECT DISTINCT unnest(g.scopes || excluded.scopes)),
         resources = ARRAY(SELECT DISTINCT unnest(g.resources || excluded.resources)),
         remembered = g.remembered OR excluded.remembered,
         remembered_scopes = ARRAY(SELECT DISTINCT unnest(g.remembered_scopes || excluded.remembered_scopes)),
         remembered_resources = ARRAY(SELECT DISTINCT unnest(g.remembered_resources || excluded.remembered_resources))
       RETURNING id`,
      [
        ...[tenantId, newId, userId, clientId, scopes, resources, now, remember],
        ...(remember ? [scopes, resources] : [[], []]),
      ],
    );
    const id = row?.id;
    if (id === undefined) throw new Error('The grant was neither created nor widened.');
    return id;
  }

  /** Locks an active grant until the transaction ends. Returns `null` if it has been revoked, even concurrently. */
  private async lock(tx: Tx, tenantId: string, id: string): Promise<string | null> {
    const row = await tx.maybeOne<{ id: string }>(
      'SELECT id FROM oauth.grants WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL FOR SHARE',
      [tenantId, id],
    );
    return row?.id ?? null;
  }

  /**
   * Revokes a user's active grant with all its refresh tokens, and publishes the revocation of its access tokens.
   * @param owner.clientId the app that the grant must belong to; `null` for any app.
   * @returns false if the user has no such active grant.
   */
  async revoke(
    owner: { readonly tenantId: string; readonly userId: string; readonly clientId: string | null },
    grantId: string,
    now: Date,
    revocation: Revocation,
    events: { readonly audit: StagedEvent; readonly consent: (clientId: string) => NewTokenEvent },
  ): Promise<boolean> {
    const { tenantId, userId, clientId } = owner;
    return this.database.tenantTransaction(tenantId, async (tx) => {
      // An exchange or refresh that holds the row lock finishes first; the next statement then sees its family.
      const rows = await tx.rows<{ clientId: string }>(
        `UPDATE oauth.grants SET revoked_at = $4
         WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND revoked_at IS NULL AND ($5::text IS NULL OR client_id = $5)
         RETURNING client_id AS "clientId"`,
        [tenantId, userId, grantId, now, clientId],
      );
      const [revoked] = rows;
      if (!revoked) return false;
      await tx.run(
        `UPDATE oauth.refresh_families SET ended_at = $3, previous_answer = NULL
         WHERE tenant_id = $1 AND grant_id = $2 AND ended_at IS NULL`,
        [tenantId, grantId, now],
      );
      await publishChanges(tx, [revocationChange(revocation)]);
      await logTokenEvent(tx, events.consent(revoked.clientId));
      await stageEvent(tx, events.audit);
      return true;
    });
  }

  /** Revokes every grant that was created up to `until` for a deleted app. */
  async revokeOfClient(tenantId: string, clientId: string, until: Date): Promise<void> {
    await this.database.tenant(tenantId).run(
      `UPDATE oauth.grants SET revoked_at = now()
       WHERE tenant_id = $1 AND client_id = $2 AND revoked_at IS NULL AND created_at <= $3`,
      [tenantId, clientId, until],
    );
  }

  /** Revokes every grant of a deleted user. */
  async revokeOfUser(tenantId: string, userId: string): Promise<void> {
    await this.database
      .tenant(tenantId)
      .run('UPDATE oauth.grants SET revoked_at = now() WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NULL', [
        tenantId,
        userId,
      ]);
  }
}
