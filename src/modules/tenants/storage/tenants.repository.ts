import { Injectable } from '@nestjs/common';
import type { Change } from '../../../kernel/changes/change';
import { publishChanges } from '../../../kernel/changes/publish';
import { assignmentsOf } from '../../../kernel/database/columns';
import { asTenant, Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import { type StagedEvent, stageEvent, stagePlatformEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { type NewTenant, type Tenant, TENANTS_TOPIC } from '../contract/tenants.types';
import { MEMBER_COLUMNS, TENANT, type TenantMembers, type TenantRow, toTenant } from './tenant.row';

@Injectable()
export class TenantsRepository {
  constructor(private readonly database: Database) {}

  async idOfSlug(slug: string): Promise<string | null> {
    const row = await this.database
      .platform()
      .maybeOne<{ id: string | null }>('SELECT tenants.id_of_slug($1) AS id', [slug]);
    return row?.id ?? null;
  }

  async idsAfter(after: string, limit: number): Promise<string[]> {
    const rows = await this.database
      .platform()
      .rows<{ id: string }>('SELECT tenants.ids_after($1, $2) AS id', [after, limit]);
    return rows.map(({ id }) => id);
  }

  async find(id: string): Promise<Tenant | null> {
    const row = await this.database
      .tenant(id)
      .maybeOne<TenantRow>(`SELECT ${TENANT} FROM tenants.tenants WHERE id = $1`, [id]);
    return row === undefined ? null : toTenant(row);
  }

  /** Inserts a tenant. Errors: `conflict` if the slug is in use. */
  async insert(
    tx: Tx,
    id: string,
    input: NewTenant,
    event: StagedEvent & { readonly tenantId: null },
  ): Promise<Tenant> {
    try {
      return await asTenant(tx, id, async () => {
        const { slug, name, plan, logoUri = null, color = null, settings = {} } = input;
        const row = await tx.one<TenantRow>(
          `INSERT INTO tenants.tenants (id, slug, name, plan, status, logo_uri, color, settings)
           VALUES ($1, $2, $3, $4, 'active', $5, $6, $7) RETURNING ${TENANT}`,
          [id, slug, name, plan, logoUri, color, settings],
        );
        await publishChanges(tx, [{ topic: TENANTS_TOPIC, tenantId: id, key: id, payload: {} }]);
        await stagePlatformEvent(tx, event);
        return toTenant(row);
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('conflict', `The slug "${input.slug}" is taken.`);
      throw error;
    }
  }

  /**
   * Changes a tenant, stages the event, and publishes `changes` together with the change to the tenant itself.
   * @param unless a check that is called while the tenant is locked, and that throws to prevent the change.
   * @returns the tenant after the change; `null` if there is none.
   */
  async update(
    tx: Tx,
    id: string,
    members: Partial<TenantMembers>,
    changes: readonly Change[],
    event: StagedEvent,
    unless: (tenant: Tenant) => void = () => undefined,
  ): Promise<Tenant | null> {
    const row = await tx.maybeOne<TenantRow>(`SELECT ${TENANT} FROM tenants.tenants WHERE id = $1 FOR UPDATE`, [id]);
    if (row === undefined) return null;
    unless(toTenant(row));
    const { sets, values } = assignmentsOf(MEMBER_COLUMNS, members, 2);
    const saved = await tx.one<TenantRow>(
      `UPDATE tenants.tenants SET ${[...sets, 'updated_at = now()'].join(', ')} WHERE id = $1 RETURNING ${TENANT}`,
      [id, ...values],
    );
    const tenant = toTenant(saved);
    await this.follow(tx, id, changes, { ...event, resource: publishedFieldsOf(tenant) });
    return tenant;
  }

  /** Stages a separate event for a tenant, for an action that does not change its rows. */
  async note(tenantId: string, event: StagedEvent): Promise<void> {
    await this.database.tenantTransaction(tenantId, (tx) => stageEvent(tx, event));
  }

  private async follow(tx: Tx, id: string, changes: readonly Change[], event: StagedEvent): Promise<void> {
    await publishChanges(tx, [{ topic: TENANTS_TOPIC, tenantId: id, key: id, payload: {} }, ...changes]);
    await stageEvent(tx, event);
  }
}

/** Returns the tenant fields in events. Excludes the settings, which might be intended only for the tenant's administrators. */
function publishedFieldsOf({ id, slug, name, plan, status, logoUri, color }: Tenant): object {
  return { id, slug, name, plan, status, logoUri, color };
}
