import { Injectable } from '@nestjs/common';
import { ArrayContains, In, MoreThan } from 'typeorm';
import { Database, type Tx } from '../../../kernel/database/database';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import type { NewScope, Scope } from '../contract/scopes.types';
import { AppEntity } from './app.entity';
import { ScopeEntity } from './scope.entity';

@Injectable()
export class ScopesRepository {
  constructor(private readonly database: Database) {}

  /** Errors: `conflict` when the tenant has a scope of this name. */
  async insert(tx: Tx, tenantId: string, input: NewScope, event: StagedEvent): Promise<Scope> {
    const row = tx.getRepository(ScopeEntity).create({ ...input, tenantId });
    try {
      await tx.getRepository(ScopeEntity).insert(row);
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('conflict', `There is a scope "${input.name}" already.`);
      throw error;
    }
    await stageEvent(tx, event);
    return toScope(row);
  }

  async list(tenantId: string, afterName: string, limit: number): Promise<Scope[]> {
    const rows = await this.database.tenantTransaction(tenantId, (tx) =>
      tx.getRepository(ScopeEntity).find({
        where: { tenantId, name: MoreThan(afterName) },
        order: { name: 'ASC' },
        take: limit,
      }),
    );
    return rows.map(toScope);
  }

  /** Those of these names that are scopes of the tenant. */
  async named(tenantId: string, names: readonly string[]): Promise<Scope[]> {
    const rows = await this.database.tenantTransaction(tenantId, (tx) =>
      tx.getRepository(ScopeEntity).find({ where: { tenantId, name: In([...names]) } }),
    );
    return rows.map(toScope);
  }

  /** Which of these names are scopes of the tenant; they stay so until the transaction ends. */
  async existing(tx: Tx, tenantId: string, names: readonly string[]): Promise<Set<string>> {
    const rows = await tx
      .getRepository(ScopeEntity)
      .find({ where: { tenantId, name: In([...names]) }, lock: { mode: 'pessimistic_read' } });
    return new Set(rows.map(({ name }) => name));
  }

  /** Errors: `not_found`; `conflict` when an app declares the scope. */
  async remove(tenantId: string, name: string, event: StagedEvent): Promise<void> {
    await this.database.tenantTransaction(tenantId, async (tx) => {
      const row = await tx
        .getRepository(ScopeEntity)
        .findOne({ where: { tenantId, name }, lock: { mode: 'pessimistic_write' } });
      if (!row) throw new AppError('not_found', 'There is no such scope.');
      const user = await tx.getRepository(AppEntity).findOneBy({ tenantId, declaredScopes: ArrayContains([name]) });
      if (user)
        throw new AppError('conflict', `The app "${user.clientId}" declares this scope; take it away there first.`);
      await tx.getRepository(ScopeEntity).delete({ tenantId, name });
      await stageEvent(tx, event);
    });
  }
}

function toScope(row: ScopeEntity): Scope {
  return {
    name: row.name,
    description: row.description,
    resource: row.resource,
    custom: true,
    created_at: row.createdAt.toISOString(),
  };
}
