import type { CallContext } from '../../../kernel/context/call-context';
import type { Session, SignInOrigin, User } from './users.types';

/** Sessions of browsers. The cookie has a random 256-bit value of which only the hash is stored. */
export abstract class SessionsPort {
  /**
   * Starts one, with its audit event; `token` goes into the cookie, once.
   * @param user as they were proved: `forbidden` when they are not active, or their password was replaced since.
   * @param replaces the browser's session so far. The same user's goes on under the new token; another's ends.
   */
  abstract start(
    user: User,
    amr: readonly string[],
    origin: SignInOrigin,
    replaces?: Session | null,
  ): Promise<{ readonly session: Session; readonly token: string }>;

  /** The live session of a cookie, whose user and tenant are active; `null` otherwise. Notes when it was last seen (at most once a minute). */
  abstract find(token: string): Promise<Session | null>;

  /** Live ones of a user, newest first. */
  abstract list(tenantId: string, userId: string): Promise<readonly Session[]>;

  /** Ends one and revokes what was issued in it (`sid`), in one transaction. Ending what has ended does nothing. */
  abstract end(context: CallContext, sessionId: string): Promise<void>;

  /** Ends all sessions of a user. */
  abstract endAll(context: CallContext, userId: string): Promise<void>;
}
