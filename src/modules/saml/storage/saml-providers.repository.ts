import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import { toJsonb } from '../../../kernel/database/jsonb';
import { lockTenant } from '../../../kernel/database/locks';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { MAX_PROVIDERS, SAML_PROVIDERS_TOPIC, type SamlProvider } from '../contract/saml-providers.types';

const COLUMNS = `id, entity_id AS "entityId", name, certificates, audience, recipients,
  clock_skew_seconds AS "clockSkewSeconds", attribute_mapping AS "attributeMapping", enabled,
  created_at AS "createdAt", updated_at AS "updatedAt"`;

type Row = Omit<SamlProvider, 'createdAt' | 'updatedAt'> & { readonly createdAt: Date; readonly updatedAt: Date };

@Injectable()
export class SamlProvidersRepository {
  constructor(private readonly database: Database) {}

  /**
   * Inserts a provider. Errors: `conflict` if the tenant already has a provider with this entity id, or the maximum number of providers.
   */
  async insert(tx: Tx, tenantId: string, provider: SamlProvider, event: StagedEvent): Promise<void> {
    await this.changed(tx, tenantId, provider.id, event, async () => {
      await lockTenant(tx, 'saml.providers', tenantId);
      const counted = await tx.maybeOne<{ count: number }>(
        'SELECT count(*)::int AS count FROM saml.providers WHERE tenant_id = $1',
        [tenantId],
      );
      if ((counted?.count ?? 0) >= MAX_PROVIDERS) {
        throw new AppError('conflict', `A tenant can have at most ${MAX_PROVIDERS} identity providers.`);
      }
      await tx.run(
        `INSERT INTO saml.providers (tenant_id, id, entity_id, name, certificates, audience, recipients,
           clock_skew_seconds, attribute_mapping, enabled, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        [tenantId, provider.id, provider.entityId, ...valuesOf(provider), provider.createdAt, provider.updatedAt],
      );
    }).catch((error: unknown) => {
      if (isUniqueViolation(error)) {
        throw new AppError('conflict', 'This tenant already has an identity provider with this entity id.');
      }
      throw error;
    });
  }

  /** Lists providers, oldest first. */
  async list(tenantId: string, afterId: string, limit: number): Promise<SamlProvider[]> {
    const rows = await this.database
      .tenant(tenantId)
      .rows<Row>(`SELECT ${COLUMNS} FROM saml.providers WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3`, [
        tenantId,
        afterId,
        limit,
      ]);
    return rows.map(toProvider);
  }

  async find(tenantId: string, id: string): Promise<SamlProvider | null> {
    return this.findBy(tenantId, 'id', id);
  }

  async findByEntityId(tenantId: string, entityId: string): Promise<SamlProvider | null> {
    return this.findBy(tenantId, 'entity_id', entityId);
  }

  /** Replaces the provider with the result of `change`, which is called while the provider is locked. Errors: `not_found`. */
  async update(
    tenantId: string,
    id: string,
    change: (provider: SamlProvider) => SamlProvider,
    event: StagedEvent,
  ): Promise<SamlProvider> {
    return this.changing(tenantId, id, event, async (tx) => {
      const changed = change(await held(tx, tenantId, id));
      await tx.run(
        `UPDATE saml.providers SET name = $3, certificates = $4, audience = $5, recipients = $6,
           clock_skew_seconds = $7, attribute_mapping = $8, enabled = $9, updated_at = $10
         WHERE tenant_id = $1 AND id = $2`,
        [tenantId, id, ...valuesOf(changed), changed.updatedAt],
      );
      return changed;
    });
  }

  /** Deletes the provider unless `check`, which is called while the provider is locked, throws. Errors: `not_found`. */
  async remove(
    tenantId: string,
    id: string,
    check: (provider: SamlProvider) => void,
    event: StagedEvent,
  ): Promise<void> {
    await this.changing(tenantId, id, event, async (tx) => {
      check(await held(tx, tenantId, id));
      await tx.run('DELETE FROM saml.providers WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
    });
  }

  private async findBy(tenantId: string, column: 'id' | 'entity_id', value: string): Promise<SamlProvider | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<Row>(`SELECT ${COLUMNS} FROM saml.providers WHERE tenant_id = $1 AND ${column} = $2`, [
        tenantId,
        value,
      ]);
    return row ? toProvider(row) : null;
  }

  private changing<T>(tenantId: string, id: string, event: StagedEvent, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, (tx) => this.changed(tx, tenantId, id, event, () => work(tx)));
  }

  private async changed<T>(
    tx: Tx,
    tenantId: string,
    id: string,
    event: StagedEvent,
    work: () => Promise<T>,
  ): Promise<T> {
    const result = await work();
    await publishChanges(tx, [{ topic: SAML_PROVIDERS_TOPIC, tenantId, key: id, payload: {} }]);
    await stageEvent(tx, event);
    return result;
  }
}

/** Returns the provider and locks it until the transaction ends. */
async function held(tx: Tx, tenantId: string, id: string): Promise<SamlProvider> {
  const sql = `SELECT ${COLUMNS} FROM saml.providers WHERE tenant_id = $1 AND id = $2 FOR UPDATE`;
  const row = await tx.maybeOne<Row>(sql, [tenantId, id]);
  if (!row) throw noSuchProvider();
  return toProvider(row);
}

export function noSuchProvider(): AppError {
  return new AppError('not_found', 'There is no such identity provider.');
}

function valuesOf(provider: SamlProvider): readonly unknown[] {
  const { name, certificates, audience, recipients, clockSkewSeconds, attributeMapping, enabled } = provider;
  return [name, certificates, audience, recipients, clockSkewSeconds, toJsonb(attributeMapping), enabled];
}

function toProvider(row: Row): SamlProvider {
  return { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
}
