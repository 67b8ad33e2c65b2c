import type { CallContext } from '../../../kernel/context/call-context';
import type { AuditRetention, ErasedPerson } from './audit-retention.types';

/** Manages the retention of a tenant's log, the recording of reads, and the erasure of people. */
export abstract class AuditRetentionPort {
  /** Returns the tenant's settings. By default, all records are kept and each read is recorded. */
  abstract get(context: CallContext): Promise<AuditRetention>;

  /**
   * Replaces the settings. Records that have expired under the new settings are removed within the hour. The setting for the recording of
   * reads takes effect with the next request. The change is recorded in the tenant's log, and in `system`, where it outlives the records
   * that it causes to expire. Errors: `invalid_request` for fewer days than AUDIT_MIN_KEEP_DAYS.
   */
  abstract put(context: CallContext, retention: AuditRetention): Promise<AuditRetention>;

  /**
   * Destroys the key that seals a person's fields, so that they can never be read again. Every proof stays valid. Errors: `not_found` for a
   * person without stored fields; `conflict` under a legal hold.
   */
  abstract erase(context: CallContext, person: string): Promise<ErasedPerson>;
}
