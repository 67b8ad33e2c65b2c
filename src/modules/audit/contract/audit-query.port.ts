import type { CallContext } from '../../../kernel/context/call-context';
import type { Page } from '../../../kernel/lists/page';
import type { AuditFilter, AuditQuery, AuditRecord } from './audit-query.types';

/** The log of the call's tenant (`system` when it has none), for readers. */
export abstract class AuditQueryPort {
  /**
   * Returns matching records, newest first. Pages are stable while the log is written: new records come before the first. A page may have
   * fewer records than `limit`, even none, and still a `nextCursor`: one call skips only a limited number of records that do not match.
   * Errors: `invalid_request` for a foreign cursor; `unavailable`.
   */
  abstract search(context: CallContext, query: AuditQuery): Promise<Page<AuditRecord>>;

  /**
   * Returns matching records in the order of the log, for exports: at most some hundreds.
   * @param after a sequence; `null` for the beginning of the kept log.
   * @returns `next`, the sequence to continue after; `null` at the end.
   */
  abstract list(
    context: CallContext,
    filter: AuditFilter,
    after: number | null,
  ): Promise<{ readonly records: readonly AuditRecord[]; readonly next: number | null }>;
}
