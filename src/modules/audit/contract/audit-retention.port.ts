import type { CallContext } from '../../../kernel/context/call-context';
import type { AuditRetention, ErasedPerson } from './audit-retention.types';

/** How long the log of a tenant is kept, how reads are recorded in it, and who of it is forgotten. */
export abstract class AuditRetentionPort {
  /** Returns the tenant's settings. By default, everything is kept and each read is recorded. */
  abstract get(context: CallContext): Promise<AuditRetention>;

  /**
   * Replaces the settings. Records that have expired under them are removed within the hour. Reads are recorded by them
   * from the next request on. The change is recorded in the tenant's log, and in `system`, where it outlives the records
   * that it let expire. Errors: `invalid_request` for fewer days than AUDIT_MIN_KEEP_DAYS.
   */
  abstract put(context: CallContext, retention: AuditRetention): Promise<AuditRetention>;

  /**
   * Destroys the key under which a person's fields are kept: none of them can be read again, and every proof stays valid.
   * Errors: `not_found` for a person without stored fields; `conflict` under a legal hold.
   */
  abstract erase(context: CallContext, person: string): Promise<ErasedPerson>;
}
