import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import type { NewScope, Scope } from '../contract/scopes.types';

interface ScopeRow {
  readonly name: string;
  readonly description: string;
  readonly resource: string | null;
  readonly created_at: Date;
}

const COLUMNS = 'name, description, resource, created_at';

@Injectable()
export class ScopesRepository {
  constructor(private readonly database: Database) {}

  /** Inserts a scope. Errors: `conflict` if the tenant has a scope with this name. */
  async insert(tx: Tx, tenantId: string, input: NewScope, event: StagedEvent): Promise<Scope> {
    try {
      const row = await tx.one<ScopeRow>(
        `INSERT INTO apps.scopes (tenant_id, name, description, resource) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
        [tenantId, input.name, input.description, input.resource],
      );
      await stageEvent(tx, event);
      return toScope(row);
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('conflict', `The scope "${input.name}" already exists.`);
      throw error;
    }
  }

  async list(tenantId: string, afterName: string, limit: number): Promise<Scope[]> {
    const rows = await this.database
      .tenant(tenantId)
      .rows<ScopeRow>(`SELECT ${COLUMNS} FROM apps.scopes WHERE tenant_id = $1 AND name > $2 ORDER BY name LIMIT $3`, [
        tenantId,
        afterName,
        limit,
      ]);
    return rows.map(toScope);
  }

  /** Returns the tenant's scopes with these names. */
  async named(tenantId: string, names: readonly string[]): Promise<Scope[]> {
    const sql = `SELECT ${COLUMNS} FROM apps.scopes WHERE tenant_id = $1 AND name = ANY ($2)`;
    return (await this.database.tenant(tenantId).rows<ScopeRow>(sql, [tenantId, names])).map(toScope);
  }

  /** Returns the names that belong to scopes of the tenant, and locks these scopes until the transaction ends. */
  async existing(tx: Tx, tenantId: string, names: readonly string[]): Promise<Set<string>> {
    const sql = 'SELECT name FROM apps.scopes WHERE tenant_id = $1 AND name = ANY ($2) FOR SHARE';
    const rows = await tx.rows<{ name: string }>(sql, [tenantId, names]);
    return new Set(rows.map(({ name }) => name));
  }

  /** Deletes a scope. Errors: `not_found`; `conflict` if an app declares it. */
  async remove(tenantId: string, name: string, event: StagedEvent): Promise<void> {
    await this.database.tenantTransaction(tenantId, async (tx) => {
      const held = 'SELECT FROM apps.scopes WHERE tenant_id = $1 AND name = $2 FOR UPDATE';
      if ((await tx.count(held, [tenantId, name])) === 0) throw new AppError('not_found', 'There is no such scope.');
      const user = await tx.maybeOne<{ client_id: string }>(
        'SELECT client_id FROM apps.apps WHERE tenant_id = $1 AND declared_scopes @> ARRAY[$2] LIMIT 1',
        [tenantId, name],
      );
      if (user) {
        throw new AppError('conflict', `The app "${user.client_id}" declares this scope; remove it there first.`);
      }
      await tx.run('DELETE FROM apps.scopes WHERE tenant_id = $1 AND name = $2', [tenantId, name]);
      await stageEvent(tx, event);
    });
  }
}

function toScope(row: ScopeRow): Scope {
  return {
    name: row.name,
    description: row.description,
    resource: row.resource,
    custom: true,
    created_at: row.created_at.toISOString(),
  };
}
