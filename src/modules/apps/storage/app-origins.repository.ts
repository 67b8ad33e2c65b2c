import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

@Injectable()
export class AppOriginsRepository {
  constructor(private readonly database: Database) {}

  /** Returns the origins that any app of any tenant lists. */
  async listed(origins: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database
      .platform()
      .rows<{ origin: string }>('SELECT apps.listed_origins($1) AS origin', [origins]);
    return new Set(rows.map(({ origin }) => origin));
  }

  /** Returns the origins that an app lists; empty for an unknown app. */
  async originsOf(tenantId: string, clientId: string): Promise<readonly string[]> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ origins: string[] }>(
        'SELECT allowed_origins AS origins FROM apps.apps WHERE tenant_id = $1 AND client_id = $2',
        [tenantId, clientId],
      );
    return row?.origins ?? [];
  }
}
