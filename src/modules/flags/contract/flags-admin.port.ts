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
 * Administration of a tenant's flags. Hosted by the control plane; the tenant is the context's. Every change makes a new
 * version of the whole document, in one transaction with its audit event and the notice to all that hold flags; a change
 * that changes nothing makes none. Writes are refused with one field error per fault: `invalid_request`.
 */
export abstract class FlagsAdminPort {
  /** Returns all flags, each with its evaluation without a context. */
  abstract summary(context: CallContext): Promise<FlagSummary>;
  /** Returns the current document; version 0 and no flags before the first write. */
  abstract document(context: CallContext): Promise<{ readonly version: number; readonly document: FlagDocument }>;
  /** Replaces the document. @param text flagd's JSON. Errors: `precondition_failed` (tags of versions). */
  abstract putDocument(context: CallContext, text: string, condition: Condition): Promise<FlagVersion>;
  /** Errors: `not_found`. */
  abstract get(context: CallContext, key: string): Promise<FlagResource>;
  /** Errors: `precondition_failed` (tags of the flag). */
  abstract put(context: CallContext, key: string, text: string, condition: Condition): Promise<WrittenFlag>;
  /** Errors: `not_found`, `precondition_failed`. */
  abstract delete(context: CallContext, key: string, condition: Condition): Promise<void>;
  /** Returns the stored versions, newest first. */
  abstract versions(context: CallContext, query: PageQuery): Promise<Page<FlagVersion>>;
  /** Errors: `not_found` for a version that there never was or that is not kept any more. */
  abstract version(
    context: CallContext,
    version: number,
  ): Promise<{ readonly version: FlagVersion; readonly document: FlagDocument }>;
  /** @param to `null`: the present version. Errors: `not_found`. */
  abstract diff(context: CallContext, from: number, to: number | null): Promise<FlagDiff>;
  /** Brings the content of an earlier version back, as a new version. Errors: `not_found`, `precondition_failed`. */
  abstract revert(context: CallContext, version: number, condition: Condition): Promise<FlagVersion>;
  /**
   * Schedules a change that one control plane makes once, in the name of the caller. Later changes of that user or application have no
   * effect on it, so cancel changes that are not wanted any more. The change is checked now and when it is made; if it does not fit then,
   * it is `failed`, with the reason. Errors: `invalid_request` for a time in the past or too far ahead; `conflict` beyond 100 pending.
   */
  abstract schedule(context: CallContext, scheduled: NewScheduledChange): Promise<ScheduledChange>;
  /** Returns the pending changes and the last finished ones, by time. Errors: `invalid_request` for an invalid cursor. */
  abstract scheduled(context: CallContext, query: PageQuery): Promise<Page<ScheduledChangeSummary>>;
  /** Returns one change, with its flag or document. Errors: `not_found`. */
  abstract scheduledChange(context: CallContext, id: string): Promise<ScheduledChange>;
  /** Errors: `not_found`; `conflict` when it is done already. */
  abstract cancel(context: CallContext, id: string): Promise<void>;
}
