import type { CallContext } from '../../../kernel/context/call-context';
import type { AuditEvent, AuditReceipt } from './audit.types';

/** Facts about the id of an event. */
export interface RecordOptions {
  /** True when the id comes from a key that a caller chose: the same key must mean the same event. */
  readonly isKeyed: boolean;
  /** True when the caller also supplies the event's time, app and address, which must match too; else they are the call's. */
  readonly isWhole?: boolean;
}

/** The audit log: append-only, one per tenant and one named `system`. */
export abstract class AuditPort {
  /**
   * Records an event; resolves when it is committed. The same id twice leaves one event, the first.
   * @returns its place in its log. Errors: `unavailable` when it cannot be written now; `unprocessable` for a key that stands for another
   * event.
   */
  abstract record(context: CallContext, event: AuditEvent, options?: RecordOptions): Promise<AuditReceipt>;

  /**
   * Moves a write's staged event from the outbox into the log; resolves when it is committed.
   * @param tenantId tenant id, or `system`.
   * @returns false when there is no staged event of this id (none was staged, or it has been delivered).
   */
  abstract deliver(context: CallContext, tenantId: string, id: string): Promise<boolean>;

  /** Resolves when events can be written now; else `unavailable`. Called before anything with an effect begins. */
  abstract assertWritable(context: CallContext): Promise<void>;
}
