import type { StagedEvent } from '../../../kernel/database/staged-event';
import type { NewTokenEvent } from '../../token-events/contract/token-events.types';
import type { Revocation, TokenFacts } from './revocation.types';

/** The deny-list, kept by the change feed in the memory of every process that validates tokens. */
export abstract class RevocationsPort {
  /**
   * Revokes durably, together with its audit event and its token event. Resolves after the commit, when this process
   * already refuses and every other is notified. Repeating a revocation succeeds and writes only the audit event.
   * Errors: `unavailable` when the store is unavailable; then nothing is revoked.
   */
  abstract revoke(revocation: Revocation, event: StagedEvent, tokenEvent: NewTokenEvent): Promise<void>;

  /** Returns whether a token has been revoked since it was issued. Throws `unavailable` when the list is not loaded or stale. */
  abstract isRevoked(token: TokenFacts): boolean;
}
