import type { CallContext } from '../../../kernel/context/call-context';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { AuditCheckpoint, ConsistencyProof, InclusionProof } from './audit-proofs.types';

/** Proofs of single records: what applications ask for. */
export abstract class AuditInclusionPort {
  /**
   * That a record is in the tree of the newest checkpoint (RFC 9162 §2.1.3). One that no checkpoint covers yet is waited
   * for: there is one every second. Errors: `not_found`; `unavailable` when no checkpoint comes.
   */
  abstract inclusion(context: CallContext, id: string): Promise<InclusionProof>;
}

/** Proofs over the logs of tenants: what is recorded can be neither changed nor taken away unnoticed. */
export abstract class AuditProofsPort extends AuditInclusionPort {
  /** Checkpoints of the tenant's log, newest first. */
  abstract checkpoints(context: CallContext, page: PageQuery): Promise<Page<AuditCheckpoint>>;

  /**
   * That the log of `to` records continues the one of `from` (RFC 9162 §2.1.4).
   * @param to the newest checkpoint's size when it is `null`. Errors: `invalid_request` unless 0 < from ≤ to ≤ its size.
   */
  abstract consistency(context: CallContext, from: number, to: number | null): Promise<ConsistencyProof>;

  /**
   * The log in a form that proves itself (`coresdk audit verify`), a line at a time, up to the newest checkpoint.
   * @param fromSequence where to go on; the first record that is kept when it is `null`.
   */
  abstract export(context: CallContext, fromSequence: number | null): AsyncIterable<string>;
}
