import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Membership } from '../contract/memberships.port';
import type { UserStatus } from '../contract/users.types';

@Injectable()
export class MembershipsRepository {
  constructor(private readonly database: Database) {}

  async ofUser(tenantId: string, userId: string): Promise<Membership> {
    const row = await this.database.tenant(tenantId).maybeOne<{ status: UserStatus; groups: string[] | null }>(
      `WITH RECURSIVE reached (id) AS (
         SELECT group_id FROM users.group_members WHERE tenant_id = $1 AND user_id = $2
         UNION SELECT n.group_id FROM reached r JOIN users.group_groups n ON n.tenant_id = $1 AND n.member_id = r.id)
       SELECT u.status, (SELECT array_agg(id ORDER BY id) FROM reached) AS groups
       FROM users.users u WHERE u.tenant_id = $1 AND u.id = $2`,
      [tenantId, userId],
    );
    return { isActive: row?.status === 'active', groups: row?.groups ?? [] };
  }

  async exists(tenantId: string, groupId: string): Promise<boolean> {
    const count = await this.database
      .tenant(tenantId)
      .count('SELECT 1 FROM users.groups WHERE tenant_id = $1 AND id = $2', [tenantId, groupId]);
    return count > 0;
  }
}
