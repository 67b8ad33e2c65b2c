import type { CallContext } from '../../../kernel/context/call-context';
import type { Page } from '../../../kernel/lists/page';
import type { AuditFilter, AuditQuery, AuditRecord } from './audit-query.types';

/** The log of the call's tenant (`system` when it has none), for those who read it. */
export abstract class AuditQueryPort {
  /**
   * What fits, newest first. A page stays what it is while the log is written: new records come before the first.
   * There may be fewer than `limit`, even none, and still a `nextCursor`: of what does not fit only so much is passed at
   * once. Errors: `invalid_request` for a foreign cursor; `unavailable`.
   */
  abstract search(context: CallContext, query: AuditQuery): Promise<Page<AuditRecord>>;

  /**
   * What fits, in the order of the log, for exports: at most some hundreds.
   * @param after a sequence; `null` for the beginning of what is kept.
   * @returns `next`, the sequence to go on after; `null` at the end.
   */
  abstract list(
    context: CallContext,
    filter: AuditFilter,
    after: number | null,
  ): Promise<{ readonly records: readonly AuditRecord[]; readonly next: number | null }>;
}
