import type { CallContext } from '../../../kernel/context/call-context';
import type { AuditEvent, AuditReceipt } from './audit.types';

/** Facts about the id of an event. */
export interface RecordOptions {
  /** True when the id is derived from a key that the caller chose. The same key must identify the same event. */
  readonly isKeyed: boolean;
  /**
   * True when the caller also supplies the event's time, app and address, which must match too; otherwise, the values of the call are used.
   */
  readonly isWhole?: boolean;
}

/** The audit log: append-only, one per tenant and one named `system`. */
export abstract class AuditPort {
  /**
   * Records an event; resolves when it is committed. If an id occurs twice, only the first event is kept.
   * @returns the position of the event in its log. Errors: `unavailable` when the log is not writable; `unprocessable` when another event
   * has the same key.
   */
  abstract record(context: CallContext, event: AuditEvent, options?: RecordOptions): Promise<AuditReceipt>;

  /**
   * Moves a write's staged event from the outbox into the log; resolves when it is committed.
   * @param tenantId tenant id, or `system`.
   * @returns false when there is no staged event with this id (no such event was staged, or it has been delivered).
   */
  abstract deliver(context: CallContext, tenantId: string, id: string): Promise<boolean>;

  /** Resolves if events can be written now. Called before a call with side effects starts. Errors: `unavailable`. */
  abstract assertWritable(context: CallContext): Promise<void>;
}
