import type { CallContext } from '../../../kernel/context/call-context';
import type { AccessTokenClaims } from './access-token.types';

/** Revokes single access tokens on behalf of an authorized caller. */
export abstract class TokenRevocationPort {
  /**
   * Revokes a verified token and records it. Resolves after the commit. Errors: `unavailable`.
   * @param reason the caller's free text for the audit log; the first 256 characters are stored.
   */
  abstract revoke(context: CallContext, claims: AccessTokenClaims, reason: string): Promise<void>;
}
