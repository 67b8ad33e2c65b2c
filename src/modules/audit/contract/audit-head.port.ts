import type { CallContext } from '../../../kernel/context/call-context';
import type { AuditFilter, AuditRecord } from './audit-query.types';

/** The log of the call's tenant, for readers that follow it. */
export abstract class AuditHeadPort {
  /** Returns the sequence of the newest record; -1 when there is none. Errors: `unavailable`. */
  abstract end(context: CallContext): Promise<number>;

  /**
   * Returns matching records in the order of the log, at most some hundreds. A record names its person by the random name (`psn-…`) of the
   * log, and fields sealed under their key are null, unless plain values are requested.
   * @param after a sequence; `null` for the beginning of the kept log.
   * @returns `next`, the sequence to continue after; `null` at the end.
   */
  abstract follow(
    context: CallContext,
    filter: AuditFilter,
    after: number | null,
    options: { readonly includePersonal: boolean },
  ): Promise<{ readonly records: readonly AuditRecord[]; readonly next: number | null }>;
}
