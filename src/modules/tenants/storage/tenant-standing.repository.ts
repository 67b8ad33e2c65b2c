import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { TenantStandingPort } from '../contract/tenant-standing.port';

@Injectable()
export class TenantStandingRepository implements TenantStandingPort {
  constructor(private readonly database: Database) {}

  async isActive(tenantId: string): Promise<boolean> {
    const sql = `SELECT FROM tenants.tenants WHERE id = $1 AND status = 'active'`;
    return (await this.database.tenantQuery(tenantId, sql, [tenantId])).length > 0;
  }
}
