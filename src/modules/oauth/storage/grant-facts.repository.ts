import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { type GrantFact, GrantFactsPort } from '../contract/grant-facts.port';

@Injectable()
export class GrantFactsRepository implements GrantFactsPort {
  constructor(private readonly database: Database) {}

  find(
    tenantId: string,
    { userIds, clientId }: { readonly userIds?: readonly string[]; readonly clientId?: string },
    limit: number,
  ): Promise<readonly GrantFact[]> {
    const sql = `SELECT user_id AS "userId", client_id AS "clientId", scopes, created_at AS "createdAt",
        greatest(last_used_at, (SELECT max(f.last_issued_at) FROM oauth.refresh_families AS f
          WHERE f.tenant_id = $1 AND f.grant_id = g.id)) AS "lastUsedAt"
      FROM oauth.grants AS g WHERE tenant_id = $1 AND revoked_at IS NULL
        AND ($2::text[] IS NULL OR user_id = ANY ($2)) AND ($3::text IS NULL OR client_id = $3)
      ORDER BY user_id, client_id LIMIT $4`;
    return this.database.tenant(tenantId).rows<GrantFact>(sql, [tenantId, userIds ?? null, clientId ?? null, limit]);
  }

  async isLive(tenantId: string, grantId: string): Promise<boolean> {
    const sql = 'SELECT 1 FROM oauth.grants WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL';
    return (await this.database.tenant(tenantId).count(sql, [tenantId, grantId])) > 0;
  }
}
