import type { CallContext } from '../../../kernel/context/call-context';
import type { AuditedAction } from '../../audit/contract/audit.types';
import type { NewTokenEvent } from './token-events.types';

/**
 * The log of token events, for those who issue tokens. An event of a write goes into the transaction of that write, by the
 * database's function `token_events.log`; this port is for what has no write of its own, such as an app's own token.
 */
export abstract class TokenEventLogPort {
  /**
   * Logs an event and stages the audit event of the call, both in one transaction. Resolves when it is committed: hand out
   * the token only then.
   * Errors: `unavailable`, also when the audit log cannot be written; neither event is there then.
   */
  abstract log(context: CallContext, event: Omit<NewTokenEvent, 'tenantId'>, audited: AuditedAction): Promise<void>;
}
