import type { CallContext } from '../../../kernel/context/call-context';
import type { AuditRetention, ErasedPerson } from './audit-retention.types';

/** How long the log of a tenant is kept, how reads are recorded in it, and who of it is forgotten. */
export abstract class AuditRetentionPort {
  /** What the tenant has said; without a word of it everything is kept, and each read recorded. */
  abstract get(context: CallContext): Promise<AuditRetention>;

  /**
   * Replaces it. What may go then goes within the hour; reads are recorded by it from the next request on. Recorded in the tenant's log, and in `system`, where the record does
   * not go with what it let go. Errors: `invalid_request` for fewer days than AUDIT_MIN_KEEP_DAYS.
   */
  abstract put(context: CallContext, retention: AuditRetention): Promise<AuditRetention>;

  /**
   * Destroys the key under which a person's fields are kept: none of them can be read again, and every proof stays valid.
   * Errors: `not_found` for one of whom nothing is kept; `conflict` under a legal hold.
   */
  abstract erase(context: CallContext, person: string): Promise<ErasedPerson>;
}
