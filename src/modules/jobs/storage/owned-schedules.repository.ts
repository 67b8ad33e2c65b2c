import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { BelongingItem } from '../../../kernel/deletions/belonging';

/** The person behind a schedule, even if an agent saved it on their behalf. */
const USER = `CASE WHEN submitted_by ->> 'actorType' = 'user' THEN submitted_by ->> 'actorId' ELSE principal ->> 'userId' END`;

/** Finds schedules by the user on whose authority they run. */
@Injectable()
export class OwnedSchedulesRepository {
  constructor(private readonly database: Database) {}

  ofUser(tenantId: string, userId: string): Promise<readonly BelongingItem[]> {
    const sql = `SELECT id, name FROM jobs.schedules WHERE tenant_id = $1 AND ${USER} = $2 ORDER BY name`;
    return this.database.tenant(tenantId).rows<BelongingItem>(sql, [tenantId, userId]);
  }

  ofApp(tenantId: string, clientId: string): Promise<readonly BelongingItem[]> {
    const sql = `SELECT id, name FROM jobs.schedules WHERE tenant_id = $1 AND submitted_by ->> 'appId' = $2 ORDER BY name`;
    return this.database.tenant(tenantId).rows<BelongingItem>(sql, [tenantId, clientId]);
  }
}
