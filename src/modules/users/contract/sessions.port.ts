import type { CallContext } from '../../../kernel/context/call-context';
import type { Session, SignInOrigin, User } from './users.types';

/** A session that has begun. */
export interface StartedSession {
  readonly session: Session;
  readonly token: string;
  /** True if the cookie survives the end of the browser. */
  readonly isPersistent: boolean;
  /**
   * The cookie by which the device is known at the next sign-in, and which lets it sign in despite failures elsewhere. It is signed, and
   * contains only `[\w.-]` characters; empty for a user without an address on a device without a cookie.
   */
  readonly device: string;
}

/** Browser sessions. The cookie contains a random 256-bit value. Only its hash is stored. */
export abstract class SessionsPort {
  /**
   * Starts a session with its audit event. `token` goes into the cookie and is returned only once. Mails the user if the device is new and
   * the tenant has switched these notices on.
   * @param user the authenticated user: `forbidden` if the user is not active, the password has been replaced since authentication, or a
   * sign-in requirement is not met.
   * @param replaces the browser's current session. The same user's session continues under the new token; another user's session ends.
   * @param stays true if the user chose to stay signed in. It has an effect only if the account rules offer it. A session that continues stays
   * as it is.
   */
  abstract start(
    user: User,
    amr: readonly string[],
    origin: SignInOrigin,
    replaces?: Session | null,
    stays?: boolean,
  ): Promise<StartedSession>;

  /**
   * Returns the active session that a cookie identifies, if its user and tenant are active; `null` otherwise. Records the time when the
   * session was last seen (at most once a minute).
   */
  abstract find(token: string): Promise<Session | null>;

  /** Returns a user's active sessions, newest first. */
  abstract list(tenantId: string, userId: string): Promise<readonly Session[]>;

  /** Ends a session and revokes the tokens issued in it (`sid`), in one transaction. Does nothing if it has already ended. */
  abstract end(context: CallContext, sessionId: string): Promise<void>;

  /** Ends all sessions of a user. */
  abstract endAll(context: CallContext, userId: string): Promise<void>;
}
