import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { AppAccess } from '../contract/app-access.port';

const FIND = `SELECT declared_scopes AS "declaredScopes", allowed_origins AS "allowedOrigins"
  FROM apps.apps WHERE tenant_id = $1 AND client_id = $2`;

@Injectable()
export class AppAccessRepository {
  constructor(private readonly database: Database) {}

  /** Returns the origins that the apps of all tenants list. */
  async origins(): Promise<ReadonlySet<string>> {
    const rows = await this.database.platform().rows<{ origin: string }>('SELECT apps.all_origins() AS origin');
    return new Set(rows.map(({ origin }) => origin));
  }

  async find(clientId: string): Promise<AppAccess | null> {
    const owner = await this.database
      .platform()
      .maybeOne<{ tenant: string | null }>('SELECT apps.tenant_of_client($1) AS tenant', [clientId]);
    if (!owner?.tenant) return null;
    return (await this.database.tenant(owner.tenant).maybeOne<AppAccess>(FIND, [owner.tenant, clientId])) ?? null;
  }
}
