import type { CallContext } from '../../../kernel/context/call-context';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { AuditCheckpoint, ConsistencyProof, InclusionProof } from './audit-proofs.types';

/** Proves that single records are in the log. Applications use this port. */
export abstract class AuditInclusionPort {
  /**
   * Proves that a record is in the tree of the newest checkpoint (RFC 9162 §2.1.3). For a new record, waits for a checkpoint that covers
   * it; checkpoints are signed every second. Errors: `not_found`; `unavailable` when no checkpoint covers the record in time.
   */
  abstract inclusion(context: CallContext, id: string): Promise<InclusionProof>;
}

/** Proofs for tenants' logs. They reveal any record that was changed or removed. */
export abstract class AuditProofsPort extends AuditInclusionPort {
  /** Lists the checkpoints of the tenant's log, newest first. */
  abstract checkpoints(context: CallContext, page: PageQuery): Promise<Page<AuditCheckpoint>>;

  /**
   * Proves that the log with `to` records continues the log with `from` records (RFC 9162 §2.1.4).
   * @param to `null` for the size of the newest checkpoint. Errors: `invalid_request` unless 0 < from ≤ to ≤ that size.
   */
  abstract consistency(context: CallContext, from: number, to: number | null): Promise<ConsistencyProof>;

  /**
   * Exports the log line by line, up to the newest checkpoint, in a format that can be verified (`coresdk audit verify`).
   * @param fromSequence the first record to export; `null` for the first stored record.
   */
  abstract export(context: CallContext, fromSequence: number | null): AsyncIterable<string>;
}
