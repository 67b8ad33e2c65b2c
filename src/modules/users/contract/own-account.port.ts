import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { Account, OwnPatch } from './accounts.types';
import type { OwnSession } from './own-sessions.types';

/** One's own account. Errors: `forbidden` for a caller that is no person, such as an app with a token of its own. */
export abstract class OwnAccountPort {
  abstract get(context: CallContext): Promise<Account>;

  /** Errors: `precondition_failed`. */
  abstract update(context: CallContext, patch: OwnPatch, expected: ExpectedVersions): Promise<Account>;

  /** Live sessions of the caller, newest first; there are at most 100. */
  abstract sessions(context: CallContext): Promise<readonly OwnSession[]>;

  /** Ends a session with the tokens that were issued in it. Errors: `not_found`, also for somebody else's. */
  abstract endSession(context: CallContext, sessionId: string): Promise<void>;

  /** Ends all of them. */
  abstract endSessions(context: CallContext): Promise<void>;
}
