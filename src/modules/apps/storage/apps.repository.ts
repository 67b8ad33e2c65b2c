import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { assignmentsOf } from '../../../kernel/database/columns';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { type Revocation, revocationChange } from '../../revocation/contract/revocation.types';
import { type App, APPS_TOPIC } from '../contract/apps.types';
import { APP, type AppMembers, type AppRow, MEMBER_COLUMNS, toApp } from './app.row';
import { SECRET, type SecretRow } from './secret.row';

const IS_APP = 'tenant_id = $1 AND client_id = $2';
const MEMBERS = Object.keys(MEMBER_COLUMNS) as (keyof AppMembers)[];
const INSERT = `INSERT INTO apps.apps (tenant_id, client_id, ${MEMBERS.map((name) => MEMBER_COLUMNS[name]).join(', ')})
  VALUES ($1, $2, ${MEMBERS.map((_, at) => `$${at + 3}`).join(', ')}) RETURNING ${APP}`;

@Injectable()
export class AppsRepository {
  constructor(private readonly database: Database) {}

  /** Runs `work` in one transaction of the tenant, for use cases with several steps. */
  inTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, work);
  }

  /** Inserts an app. Errors: `conflict` if the client id is in use. */
  async insert(
    tx: Tx,
    tenantId: string,
    clientId: string,
    members: AppMembers,
    secret: { readonly id: string; readonly hash: Buffer } | null,
    lift: Revocation,
    event: StagedEvent,
  ): Promise<App> {
    const row = await this.insertRow(tx, tenantId, clientId, members);
    const secrets = secret ? [await this.insertSecret(tx, tenantId, clientId, secret)] : [];
    await publishChanges(tx, [revocationChange(lift)]);
    const app = toApp(row, secrets);
    await this.follow(tx, tenantId, clientId, { ...event, resource: app });
    return app;
  }

  async list(tenantId: string, afterClientId: string, limit: number): Promise<App[]> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const rows = await tx.rows<AppRow>(
        `SELECT ${APP} FROM apps.apps WHERE tenant_id = $1 AND client_id > $2 ORDER BY client_id LIMIT $3`,
        [tenantId, afterClientId, limit],
      );
      const secrets = await tx.rows<SecretRow>(
        `SELECT ${SECRET} FROM apps.secrets WHERE tenant_id = $1 AND client_id = ANY ($2) ORDER BY id`,
        [tenantId, rows.map(({ clientId }) => clientId)],
      );
      return rows.map((row) =>
        toApp(
          row,
          secrets.filter(({ clientId }) => clientId === row.clientId),
        ),
      );
    });
  }

  async find(tenantId: string, clientId: string): Promise<{ row: AppRow; secrets: SecretRow[] } | null> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const row = await tx.maybeOne<AppRow>(`SELECT ${APP} FROM apps.apps WHERE ${IS_APP}`, [tenantId, clientId]);
      return row === undefined ? null : { row, secrets: await this.secrets(tx, tenantId, clientId) };
    });
  }

  /** Returns the tenant that a client id belongs to, for calls whose tenant is not known yet. */
  async tenantOf(clientId: string): Promise<string | null> {
    const row = await this.database
      .platform()
      .maybeOne<{ tenant: string | null }>('SELECT apps.tenant_of_client($1) AS tenant', [clientId]);
    return row?.tenant ?? null;
  }

  /** Returns the app and locks it until the transaction ends. Errors: `not_found` if the tenant has no app with this id. */
  async lock(tx: Tx, tenantId: string, clientId: string): Promise<AppRow> {
    const sql = `SELECT ${APP} FROM apps.apps WHERE ${IS_APP} FOR UPDATE`;
    const row = await tx.maybeOne<AppRow>(sql, [tenantId, clientId]);
    if (row === undefined) throw new AppError('not_found', 'There is no such app.');
    return row;
  }

  async update(tx: Tx, { tenantId, clientId }: AppRow, members: Partial<AppMembers>, event: StagedEvent): Promise<App> {
    const { sets, values } = assignmentsOf(MEMBER_COLUMNS, members, 3);
    const saved = await tx.one<AppRow>(
      `UPDATE apps.apps SET ${[...sets, 'updated_at = now()'].join(', ')} WHERE ${IS_APP} RETURNING ${APP}`,
      [tenantId, clientId, ...values],
    );
    const app = toApp(saved, await this.secrets(tx, tenantId, clientId));
    await this.follow(tx, tenantId, clientId, { ...event, resource: app });
    return app;
  }

  /** If an app registered itself, records that an administrator has changed it. */
  async markAdministered(tx: Tx, tenantId: string, clientId: string, now: Date): Promise<void> {
    await tx.run('UPDATE apps.self_registered SET administered_at = $3 WHERE tenant_id = $1 AND client_id = $2', [
      tenantId,
      clientId,
      now,
    ]);
  }

  /** Deletes an app and its secrets, and publishes the revocation of everything issued to it. */
  async remove(tx: Tx, { tenantId, clientId }: AppRow, revocation: Revocation, event: StagedEvent): Promise<void> {
    await tx.run(`DELETE FROM apps.apps WHERE ${IS_APP}`, [tenantId, clientId]);
    await publishChanges(tx, [revocationChange(revocation)]);
    await this.follow(tx, tenantId, clientId, event);
  }

  /**
   * Adds a secret. The newest of the other secrets expires at `othersEnd`, or at its own expiry if that is earlier. Older and expired
   * secrets are deleted now.
   */
  async replaceSecret(
    tx: Tx,
    row: AppRow,
    secret: { readonly id: string; readonly hash: Buffer },
    othersEnd: Date,
    now: Date,
    event: StagedEvent,
  ): Promise<App> {
    const { tenantId, clientId } = row;
    const newest = (await this.secrets(tx, tenantId, clientId)).at(-1);
    await tx.run(`UPDATE apps.secrets SET expires_at = least(expires_at, $3) WHERE tenant_id = $1 AND id = $2`, [
      tenantId,
      newest?.id ?? null,
      othersEnd,
    ]);
    await tx.run(`DELETE FROM apps.secrets WHERE ${IS_APP} AND (id <> $3 OR expires_at <= $4)`, [
      tenantId,
      clientId,
      newest?.id ?? null,
      now,
    ]);
    await this.insertSecret(tx, tenantId, clientId, secret);
    const app = toApp(row, await this.secrets(tx, tenantId, clientId));
    await this.follow(tx, tenantId, clientId, { ...event, resource: app });
    return app;
  }

  /** Records when a tenant's secrets were last used. Never replaces a time with an earlier one. */
  async noteUse(tenantId: string, uses: readonly { readonly id: string; readonly atMs: number }[]): Promise<void> {
    await this.database.tenant(tenantId).run(
      `UPDATE apps.secrets AS s SET last_used_at = greatest(s.last_used_at, to_timestamp(u."atMs" / 1000.0))
       FROM jsonb_to_recordset($2::jsonb) AS u(id text, "atMs" double precision)
       WHERE s.tenant_id = $1 AND s.id = u.id`,
      [tenantId, JSON.stringify(uses)],
    );
  }

  private secrets(tx: Tx, tenantId: string, clientId: string): Promise<SecretRow[]> {
    const sql = `SELECT ${SECRET} FROM apps.secrets WHERE ${IS_APP} ORDER BY created_at, id`;
    return tx.rows<SecretRow>(sql, [tenantId, clientId]);
  }

  private async insertRow(tx: Tx, tenantId: string, clientId: string, members: AppMembers): Promise<AppRow> {
    try {
      return await tx.one<AppRow>(INSERT, [tenantId, clientId, ...MEMBERS.map((name) => members[name])]);
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('conflict', `The client id "${clientId}" is taken.`);
      throw error;
    }
  }

  private insertSecret(
    tx: Tx,
    tenantId: string,
    clientId: string,
    { id, hash }: { readonly id: string; readonly hash: Buffer },
  ): Promise<SecretRow> {
    const sql = `INSERT INTO apps.secrets (tenant_id, client_id, id, hash) VALUES ($1, $2, $3, $4) RETURNING ${SECRET}`;
    return tx.one<SecretRow>(sql, [tenantId, clientId, id, hash]);
  }

  private async follow(tx: Tx, tenantId: string, clientId: string, event: StagedEvent): Promise<void> {
    await publishChanges(tx, [{ topic: APPS_TOPIC, tenantId, key: clientId, payload: {} }]);
    await stageEvent(tx, event);
  }
}
