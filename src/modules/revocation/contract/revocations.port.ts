import type { StagedEvent } from '../../../kernel/database/staged-event';
import type { NewTokenEvent } from '../../token-events/contract/token-events.types';
import type { Revocation, TokenFacts } from './revocation.types';

/** The deny list, cached in every process that validates tokens and updated by the change feed. */
export abstract class RevocationsPort {
  /**
   * Stores a revocation with its audit event and its token event. Resolves after the commit, when this process already rejects the tokens
   * and all other processes have been notified. Repeating a revocation succeeds and writes only the audit event.
   * Errors: `unavailable` if the database is unavailable. In that case, no token is revoked.
   */
  abstract revoke(revocation: Revocation, event: StagedEvent, tokenEvent: NewTokenEvent): Promise<void>;

  /** Returns true if a token has been revoked. Throws `unavailable` if the list is not loaded or is stale. */
  abstract isRevoked(token: TokenFacts): boolean;
}
