import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { AppAccess } from '../contract/app-access.port';

const FIND = `SELECT declared_scopes AS "declaredScopes", allowed_origins AS "allowedOrigins"
  FROM apps.apps WHERE tenant_id = $1 AND client_id = $2`;

@Injectable()
export class AppAccessRepository {
  constructor(private readonly database: Database) {}

  /** Returns the origins that any app of any tenant lists. */
  async listed(origins: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database
      .platform()
      .rows<{ origin: string }>('SELECT apps.listed_origins($1) AS origin', [origins]);
    return new Set(rows.map(({ origin }) => origin));
  }

  async find(tenantId: string, clientId: string): Promise<AppAccess | null> {
    const row = await this.database.tenant(tenantId).maybeOne<AppAccess>(FIND, [tenantId, clientId]);
    return row ?? null;
  }
}
