import type { CallContext } from '../../../kernel/context/call-context';
import type { Page } from '../../../kernel/lists/page';
import type { AuditFilter, AuditQuery, AuditRecord } from './audit-query.types';

/** Reads the log of the caller's tenant (`system` when the caller has no tenant). */
export abstract class AuditQueryPort {
  /**
   * Returns matching records, newest first. Pages are stable while the log grows: new records come before the first page. A page can
   * contain fewer records than `limit`, or even be empty, and still have a `nextCursor`, because one call skips only a limited number of
   * records that do not match. Errors: `invalid_request` for a cursor from a different list; `unavailable`.
   */
  abstract search(context: CallContext, query: AuditQuery): Promise<Page<AuditRecord>>;

  /**
   * Returns matching records in log order, for exports; at most a few hundred.
   * @param after a sequence; `null` for the start of the stored log.
   * @returns `next`, the sequence to continue after; `null` at the end.
   */
  abstract list(
    context: CallContext,
    filter: AuditFilter,
    after: number | null,
  ): Promise<{ readonly records: readonly AuditRecord[]; readonly next: number | null }>;
}
