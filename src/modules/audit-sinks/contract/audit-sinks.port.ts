import type { CallContext } from '../../../kernel/context/call-context';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { AuditSink, CreatedAuditSink, DeadLetter, NewAuditSink } from './audit-sinks.types';

/**
 * Manages destinations that receive the audit log of the caller's tenant as it grows. Delivery is at least once and in order; receivers
 * detect duplicates by record id.
 */
export abstract class AuditSinksPort {
  /** Creates a sink. Errors: `invalid_request` for a forbidden URL; `conflict` when the tenant has too many sinks. */
  abstract create(context: CallContext, sink: NewAuditSink): Promise<CreatedAuditSink>;
  abstract list(context: CallContext): Promise<readonly AuditSink[]>;
  /** Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<AuditSink>;
  /** Pauses or resumes a sink. A paused sink keeps its position and resumes from there. Errors: `not_found`. */
  abstract setPaused(context: CallContext, id: string, paused: boolean): Promise<AuditSink>;
  /** Errors: `not_found`. */
  abstract remove(context: CallContext, id: string): Promise<void>;
  /** Lists records that could not be delivered, oldest first. Errors: `not_found`. */
  abstract deadLetters(context: CallContext, id: string, page: PageQuery): Promise<Page<DeadLetter>>;
  /** Retries every dead letter once. @returns the number of dead letters. Errors: `not_found`. */
  abstract replay(context: CallContext, id: string): Promise<number>;
}
