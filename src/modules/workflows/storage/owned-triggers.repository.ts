import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { BelongingItem } from '../../../kernel/deletions/belonging';

const OWNED = `SELECT w.id, w.name FROM workflows.triggers AS t
  JOIN workflows.workflows AS w ON w.tenant_id = t.tenant_id AND w.id = t.workflow_id AND w.deleted_at IS NULL`;
/** The person behind a trigger, even if an agent saved it on their behalf. */
const USER = `CASE WHEN t.submitted_by ->> 'actorType' = 'user' THEN t.submitted_by ->> 'actorId'
  ELSE t.principal ->> 'userId' END`;

/** Finds workflow triggers by the user on whose authority they run. Schedules are in the jobs module. */
@Injectable()
export class OwnedTriggersRepository {
  constructor(private readonly database: Database) {}

  ofUser(tenantId: string, userId: string): Promise<readonly BelongingItem[]> {
    const sql = `${OWNED} WHERE t.tenant_id = $1 AND ${USER} = $2 ORDER BY w.name`;
    return this.database.tenant(tenantId).rows<BelongingItem>(sql, [tenantId, userId]);
  }

  ofApp(tenantId: string, clientId: string): Promise<readonly BelongingItem[]> {
    const sql = `${OWNED} WHERE t.tenant_id = $1 AND t.submitted_by ->> 'appId' = $2 ORDER BY w.name`;
    return this.database.tenant(tenantId).rows<BelongingItem>(sql, [tenantId, clientId]);
  }
}
