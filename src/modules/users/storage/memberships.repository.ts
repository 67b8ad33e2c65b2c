import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Membership } from '../contract/memberships.port';
import type { UserStatus } from '../contract/users.types';

@Injectable()
export class MembershipsRepository {
  constructor(private readonly database: Database) {}

  async ofUser(tenantId: string, userId: string): Promise<Membership> {
    const [row] = await this.database.tenantQuery<{ status: UserStatus; groups: string[] | null }>(
      tenantId,
      `SELECT u.status, (SELECT array_agg(m.group_id ORDER BY m.group_id) FROM users.group_members m
         WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id) AS groups
       FROM users.users u WHERE u.tenant_id = $1 AND u.id = $2`,
      [tenantId, userId],
    );
    return { isActive: row?.status === 'active', groups: row?.groups ?? [] };
  }

  async exists(tenantId: string, groupId: string): Promise<boolean> {
    const rows = await this.database.tenantQuery(
      tenantId,
      'SELECT 1 FROM users.groups WHERE tenant_id = $1 AND id = $2',
      [tenantId, groupId],
    );
    return rows.length > 0;
  }
}
