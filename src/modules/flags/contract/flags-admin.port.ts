import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { FlagDocument } from './flag-document.types';
import type {
  FlagDiff,
  FlagSummary,
  FlagVersion,
  NewScheduledChange,
  ScheduledChange,
  ScheduledChangeSummary,
} from './flags-admin.types';
import type { FlagResource, WrittenFlag } from './flags.types';

/**
 * Administration of a tenant's flags. Runs in the control plane; the context determines the tenant. Every effective change creates a new
 * version of the document, in one transaction with its audit event and the notification of all caches. Invalid writes are rejected as
 * `invalid_request`, with one field error per fault.
 */
export abstract class FlagsAdminPort {
  /** Returns all flags, each with its evaluation without a context. */
  abstract summary(context: CallContext): Promise<FlagSummary>;
  /** Returns the current document; version 0 and no flags before the first write. */
  abstract document(context: CallContext): Promise<{ readonly version: number; readonly document: FlagDocument }>;
  /**
   * Replaces the document.
   * @param text flagd's JSON. Errors: `precondition_failed` (entity tags of versions).
   */
  abstract putDocument(context: CallContext, text: string, condition: Condition): Promise<FlagVersion>;
  /** Returns a flag. Errors: `not_found`. */
  abstract get(context: CallContext, key: string): Promise<FlagResource>;
  /** Creates or replaces a flag. Errors: `precondition_failed` (entity tags of the flag). */
  abstract put(context: CallContext, key: string, text: string, condition: Condition): Promise<WrittenFlag>;
  /** Deletes a flag. Errors: `not_found`, `precondition_failed`. */
  abstract delete(context: CallContext, key: string, condition: Condition): Promise<void>;
  /** Returns the stored versions, newest first. */
  abstract versions(context: CallContext, query: PageQuery): Promise<Page<FlagVersion>>;
  /** Returns a version. Errors: `not_found` for a version that never existed or is no longer stored. */
  abstract version(
    context: CallContext,
    version: number,
  ): Promise<{ readonly version: FlagVersion; readonly document: FlagDocument }>;
  /**
   * Returns the differences between two versions.
   * @param to `null` for the current version. Errors: `not_found`.
   */
  abstract diff(context: CallContext, from: number, to: number | null): Promise<FlagDiff>;
  /** Restores the content of an earlier version as a new version. Errors: `not_found`, `precondition_failed`. */
  abstract revert(context: CallContext, version: number, condition: Condition): Promise<FlagVersion>;
  /**
   * Schedules a change that one control plane applies once, on behalf of the caller. Later changes to that user or application have no
   * effect on the scheduled change, so cancel changes that are no longer wanted. The change is checked now and when it is due; if it is
   * invalid when it is due, it becomes `failed`, with the reason. Errors: `invalid_request` for a time in the past or too far ahead;
   * `conflict` if there are already 100 pending changes.
   */
  abstract schedule(context: CallContext, scheduled: NewScheduledChange): Promise<ScheduledChange>;
  /**
   * Returns the pending changes and the most recent completed changes, ordered by time. Errors: `invalid_request` for an invalid cursor.
   */
  abstract scheduled(context: CallContext, query: PageQuery): Promise<Page<ScheduledChangeSummary>>;
  /** Returns a change, with its flag or document. Errors: `not_found`. */
  abstract scheduledChange(context: CallContext, id: string): Promise<ScheduledChange>;
  /** Cancels a change. Errors: `not_found`; `conflict` if it is already completed. */
  abstract cancel(context: CallContext, id: string): Promise<void>;
}
