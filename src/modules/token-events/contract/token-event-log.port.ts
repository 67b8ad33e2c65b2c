import type { CallContext } from '../../../kernel/context/call-context';
import type { AuditedAction } from '../../audit/contract/audit.types';
import type { NewTokenEvent } from './token-events.types';

/**
 * The log of token events, for token issuers. A write logs its event in the same transaction, with the database function
 * `token_events.log`. This port is for events without a write, such as issuing an app's own token.
 */
export abstract class TokenEventLogPort {
  /**
   * Logs an event and stages the audit event of the call, both in one transaction. Resolves when the transaction is committed; return the
   * token only then. Errors: `unavailable`, including when the audit log is not writable; neither event is logged in that case.
   */
  abstract log(context: CallContext, event: Omit<NewTokenEvent, 'tenantId'>, audited: AuditedAction): Promise<void>;
}
