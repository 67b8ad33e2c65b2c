import type { NewTokenEvent } from './token-events.types';

/**
 * The log of token events, for those who make them. An event of a write goes into the transaction of that write, by the
 * database's function `token_events.log`; this port is for what has no write of its own, such as an app's own token.
 */
export abstract class TokenEventLogPort {
  /** Logs an event; resolves when it is committed, and not before may anybody hear of the token. Errors: `unavailable`. */
  abstract log(event: NewTokenEvent): Promise<void>;
}
