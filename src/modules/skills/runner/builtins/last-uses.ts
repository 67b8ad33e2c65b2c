import { Injectable, Optional } from '@nestjs/common';
import { AuditQueryPort } from '../../../audit/contract/audit-query.port';
import type { AuditFilter } from '../../../audit/contract/audit-query.types';
import { systemContext } from '../../../../kernel/context/call-context';
import type { SkillFrame } from '../skill-frame';
import { notHere } from './not-here';

/** The maximum number of records to read for one person, newest first. A person with more records in the period is active anyway. */
const MAX_RECORDS = 1_000;
const PAGE = 200;

/** Finds the time of people's last activity in the audit log. */
@Injectable()
export class LastUses {
  constructor(@Optional() private readonly audit?: AuditQueryPort) {}

  /**
   * Returns, by client id, the time of each app's newest record for a person since a start time.
   * @param filter selects the records that count.
   */
  async byApp(
    frame: SkillFrame,
    userId: string,
    since: Date,
    filter: Pick<AuditFilter, 'action'> = {},
  ): Promise<ReadonlyMap<string, string>> {
    if (this.audit === undefined) throw notHere();
    const context = systemContext(frame.context.requestId, frame.tenantId);
    const found = new Map<string, string>();
    let cursor: string | undefined;
    for (let seen = 0; seen < MAX_RECORDS; seen += PAGE) {
      frame.signal.throwIfAborted();
      const query = { ...filter, actor: userId, from: since.toISOString(), limit: PAGE, cursor };
      const page = await this.audit.search(context, query);
      for (const { appId, ts } of page.items) {
        if (appId !== null && !found.has(appId)) found.set(appId, ts);
      }
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    return found;
  }
}
