import type { CallContext } from '../../../kernel/context/call-context';
import type { AuditFilter, AuditRecord } from './audit-query.types';

/** Reads the log of the caller's tenant in order, for modules that follow it. */
export abstract class AuditHeadPort {
  /** Returns the sequence of the newest record; -1 when there is none. Errors: `unavailable`. */
  abstract end(context: CallContext): Promise<number>;

  /**
   * Returns matching records in log order, at most a few hundred. Unless personal values are requested, a record contains the person's
   * random name (`psn-…`), and fields sealed with the person's key are null.
   * @param after a sequence; `null` for the start of the stored log.
   * @returns `next`, the sequence to continue after; `null` at the end.
   */
  abstract follow(
    context: CallContext,
    filter: AuditFilter,
    after: number | null,
    options: { readonly includePersonal: boolean },
  ): Promise<{ readonly records: readonly AuditRecord[]; readonly next: number | null }>;
}
