import { Injectable } from '@nestjs/common';
import { In, LessThanOrEqual, MoreThan } from 'typeorm';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database, type Tx } from '../../../kernel/database/database';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { type Revocation, revocationChange } from '../../revocation/contract/revocation.types';
import { type App, APPS_TOPIC } from '../contract/apps.types';
import { AppEntity, toApp } from './app.entity';
import { SecretEntity } from './secret.entity';

/** The members of an app that its administrator sets. */
export type AppMembers = Omit<AppEntity, 'clientId' | 'tenantId' | 'createdAt' | 'updatedAt'>;

@Injectable()
export class AppsRepository {
  constructor(private readonly database: Database) {}

  /** Runs `work` in one transaction of the tenant, for use cases of several steps. */
  inTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, work);
  }

  /** Errors: `conflict` when the client id is taken. */
  async insert(
    tx: Tx,
    tenantId: string,
    clientId: string,
    members: AppMembers,
    secret: { readonly id: string; readonly hash: Buffer } | null,
    lift: Revocation,
    event: StagedEvent,
  ): Promise<App> {
    const row = tx.getRepository(AppEntity).create({ ...members, clientId, tenantId });
    try {
      await tx.getRepository(AppEntity).insert(row);
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('conflict', `The client id "${clientId}" is taken.`);
      throw error;
    }
    const secrets = secret ? [await this.insertSecret(tx, tenantId, clientId, secret)] : [];
    await publishChanges(tx, [revocationChange(lift)]);
    const app = toApp(row, secrets);
    await this.follow(tx, tenantId, clientId, { ...event, resource: app });
    return app;
  }

  async list(tenantId: string, afterClientId: string, limit: number): Promise<App[]> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const rows = await tx.getRepository(AppEntity).find({
        where: { tenantId, clientId: MoreThan(afterClientId) },
        order: { clientId: 'ASC' },
        take: limit,
      });
      const secrets = await tx.getRepository(SecretEntity).find({
        where: { tenantId, clientId: In(rows.map(({ clientId }) => clientId)) },
        order: { id: 'ASC' },
      });
      return rows.map((row) =>
        toApp(
          row,
          secrets.filter(({ clientId }) => clientId === row.clientId),
        ),
      );
    });
  }

  async find(tenantId: string, clientId: string): Promise<{ row: AppEntity; secrets: SecretEntity[] } | null> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const row = await tx.getRepository(AppEntity).findOneBy({ tenantId, clientId });
      return row && { row, secrets: await this.secrets(tx, tenantId, clientId) };
    });
  }

  /** The tenant of a client id, before the tenant is known. */
  async tenantOf(clientId: string): Promise<string | null> {
    const rows = await this.database.query<{ tenant: string | null }>('SELECT apps.tenant_of_client($1) AS tenant', [
      clientId,
    ]);
    return rows[0]?.tenant ?? null;
  }

  /** The app, locked until the transaction ends; `not_found` when the tenant has none of this id. */
  async lock(tx: Tx, tenantId: string, clientId: string): Promise<AppEntity> {
    const row = await tx
      .getRepository(AppEntity)
      .findOne({ where: { tenantId, clientId }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw new AppError('not_found', 'There is no such app.');
    return row;
  }

  async update(tx: Tx, row: AppEntity, members: Partial<AppMembers>, event: StagedEvent): Promise<App> {
    const repository = tx.getRepository(AppEntity);
    const saved = await repository.save(Object.assign(row, members));
    const app = toApp(saved, await this.secrets(tx, row.tenantId, row.clientId));
    await this.follow(tx, row.tenantId, row.clientId, { ...event, resource: app });
    return app;
  }

  /** Notes that an administrator changed an app, if it had registered itself. */
  async markAdministered(tx: Tx, tenantId: string, clientId: string, now: Date): Promise<void> {
    await tx.query('UPDATE apps.self_registered SET administered_at = $3 WHERE tenant_id = $1 AND client_id = $2', [
      tenantId,
      clientId,
      now,
    ]);
  }

  /** Deletes an app with its secrets, and publishes the revocation of everything issued to it. */
  async remove(tx: Tx, row: AppEntity, revocation: Revocation, event: StagedEvent): Promise<void> {
    await tx.getRepository(AppEntity).delete({ tenantId: row.tenantId, clientId: row.clientId });
    await publishChanges(tx, [revocationChange(revocation)]);
    await this.follow(tx, row.tenantId, row.clientId, event);
  }

  /**
   * Adds a secret and ends the others: the newest of them at `othersEnd` (or before, if it had an end), older ones and
   * expired ones now.
   */
  async replaceSecret(
    tx: Tx,
    row: AppEntity,
    secret: { readonly id: string; readonly hash: Buffer },
    othersEnd: Date,
    now: Date,
    event: StagedEvent,
  ): Promise<App> {
    const { tenantId, clientId } = row;
    const repository = tx.getRepository(SecretEntity);
    const [newest, ...older] = (await this.secrets(tx, tenantId, clientId)).reverse();
    if (newest) {
      const end = newest.expiresAt !== null && newest.expiresAt < othersEnd ? newest.expiresAt : othersEnd;
      await repository.update({ tenantId, id: newest.id }, { expiresAt: end });
    }
    if (older.length > 0) await repository.delete({ tenantId, id: In(older.map(({ id }) => id)) });
    await repository.delete({ tenantId, clientId, expiresAt: LessThanOrEqual(now) });
    await this.insertSecret(tx, tenantId, clientId, secret);
    const app = toApp(row, await this.secrets(tx, tenantId, clientId));
    await this.follow(tx, tenantId, clientId, { ...event, resource: app });
    return app;
  }

  /** Notes when secrets of a tenant were last used; never backwards. */
  async noteUse(tenantId: string, uses: readonly { readonly id: string; readonly atMs: number }[]): Promise<void> {
    await this.database.tenantQuery(
      tenantId,
      `UPDATE apps.secrets AS s SET last_used_at = greatest(s.last_used_at, to_timestamp(u."atMs" / 1000.0))
       FROM jsonb_to_recordset($2::jsonb) AS u(id text, "atMs" double precision)
       WHERE s.tenant_id = $1 AND s.id = u.id`,
      [tenantId, JSON.stringify(uses)],
    );
  }

  private secrets(tx: Tx, tenantId: string, clientId: string): Promise<SecretEntity[]> {
    return tx
      .getRepository(SecretEntity)
      .find({ where: { tenantId, clientId }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  private async insertSecret(
    tx: Tx,
    tenantId: string,
    clientId: string,
    secret: { readonly id: string; readonly hash: Buffer },
  ): Promise<SecretEntity> {
    const row = tx
      .getRepository(SecretEntity)
      .create({ tenantId, clientId, ...secret, expiresAt: null, lastUsedAt: null });
    await tx.getRepository(SecretEntity).insert(row);
    return row;
  }

  private async follow(tx: Tx, tenantId: string, clientId: string, event: StagedEvent): Promise<void> {
    await publishChanges(tx, [{ topic: APPS_TOPIC, tenantId, key: clientId, payload: {} }]);
    await stageEvent(tx, event);
  }
}
