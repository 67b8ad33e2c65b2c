import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { AppStandingPort } from '../contract/app-standing.port';

@Injectable()
export class AppStandingRepository implements AppStandingPort {
  constructor(private readonly database: Database) {}

  async declaredScopes(tenantId: string, clientId: string): Promise<readonly string[] | null> {
    const sql = 'SELECT declared_scopes FROM apps.apps WHERE tenant_id = $1 AND client_id = $2';
    const values = [tenantId, clientId];
    const [row] = await this.database.tenantQuery<{ declared_scopes: readonly string[] }>(tenantId, sql, values);
    return row?.declared_scopes ?? null;
  }
}
