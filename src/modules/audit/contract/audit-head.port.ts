import type { CallContext } from '../../../kernel/context/call-context';
import type { AuditFilter, AuditRecord } from './audit-query.types';

/** The log of the call's tenant, for those who follow it. */
export abstract class AuditHeadPort {
  /** Sequence of the newest record; -1 when there is none. Errors: `unavailable`. */
  abstract end(context: CallContext): Promise<number>;

  /**
   * What fits, in the order of the log: at most some hundreds. The person whom a record is about is named by the random name
   * (`psn-…`) that the log has for them, and what is sealed under their key is null, unless it is asked for in plain.
   * @param after a sequence; `null` for the beginning of what is kept.
   * @returns `next`, the sequence to go on after; `null` at the end.
   */
  abstract follow(
    context: CallContext,
    filter: AuditFilter,
    after: number | null,
    options: { readonly includePersonal: boolean },
  ): Promise<{ readonly records: readonly AuditRecord[]; readonly next: number | null }>;
}
