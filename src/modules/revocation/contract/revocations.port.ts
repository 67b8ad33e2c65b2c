import type { StagedEvent } from '../../../kernel/database/staged-event';
import type { NewTokenEvent } from '../../token-events/contract/token-events.types';
import type { Revocation, TokenFacts } from './revocation.types';

/** The deny-list: in the memory of every process that judges tokens, by the change feed. */
export abstract class RevocationsPort {
  /**
   * Revokes, durably, together with its audit event and its token event; resolves after the commit, when this process refuses already and
   * every other hears of it. Revoking what is revoked succeeds and writes only the audit event.
   * Errors: `unavailable` when the store is away; then nothing is revoked.
   */
  abstract revoke(revocation: Revocation, event: StagedEvent, tokenEvent: NewTokenEvent): Promise<void>;

  /** Whether a token has been revoked since it was issued. Throws `unavailable` when the list is not loaded or stale. */
  abstract isRevoked(token: TokenFacts): boolean;
}
