import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { Account, OwnPatch } from './accounts.types';
import type { OwnSession } from './own-sessions.types';

/** The caller's own account. Errors: `forbidden` for a caller that is not a user, such as an app with its own token. */
export abstract class OwnAccountPort {
  abstract get(context: CallContext): Promise<Account>;

  /** Changes the account. Errors: `precondition_failed`. */
  abstract update(context: CallContext, patch: OwnPatch, expected: ExpectedVersions): Promise<Account>;

  /** Returns the caller's active sessions, newest first. There are at most 100. */
  abstract sessions(context: CallContext): Promise<readonly OwnSession[]>;

  /** Ends a session and the tokens that were issued in it. Errors: `not_found`, even for another user's session. */
  abstract endSession(context: CallContext, sessionId: string): Promise<void>;

  /** Ends all of the caller's sessions. */
  abstract endSessions(context: CallContext): Promise<void>;
}
