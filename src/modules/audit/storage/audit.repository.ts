import { Injectable } from '@nestjs/common';
import { toJsonb } from '../../../kernel/database/jsonb';
import { Database } from '../../../kernel/database/database';
import type { AuditEvent } from '../contract/audit.types';

@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /** Appends events of any tenants in one transaction; an id that is there already is left as it is. */
  async append(events: readonly AuditEvent[]): Promise<void> {
    await this.database.query('SELECT audit.append($1::jsonb)', [toJsonb(events)]);
  }

  /** Moves one staged event of this tenant's into the log. */
  async deliver(tenantId: string, id: string): Promise<boolean> {
    const rows = await this.database.query<{ moved: string }>('SELECT audit.deliver($1, $2, 1) AS moved', [
      id,
      tenantId,
    ]);
    return Number(rows[0]?.moved) > 0;
  }

  /** Moves the oldest staged events into the log; how many there were. */
  async deliverOldest(atMost: number): Promise<number> {
    const rows = await this.database.query<{ moved: string }>('SELECT audit.deliver(NULL, NULL, $1) AS moved', [
      atMost,
    ]);
    return Number(rows[0]?.moved ?? 0);
  }
}
