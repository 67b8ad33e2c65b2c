import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { AppAccess } from '../contract/app-access.port';
import { AppsRepository } from './apps.repository';

const FIND = `SELECT declared_scopes AS "declaredScopes", allowed_origins AS "allowedOrigins"
  FROM apps.apps WHERE tenant_id = $1 AND client_id = $2`;

@Injectable()
export class AppAccessRepository {
  constructor(
    private readonly database: Database,
    private readonly apps: AppsRepository,
  ) {}

  /** Returns the origins that the apps of all active tenants list. */
  async origins(): Promise<ReadonlySet<string>> {
    const rows = await this.database.platform().rows<{ origin: string }>('SELECT apps.all_origins() AS origin');
    return new Set(rows.map(({ origin }) => origin));
  }

  async find(clientId: string): Promise<AppAccess | null> {
    const tenantId = await this.apps.tenantOf(clientId);
    if (tenantId === null) return null;
    return (await this.database.tenant(tenantId).maybeOne<AppAccess>(FIND, [tenantId, clientId])) ?? null;
  }
}
