import type { CallContext } from '../../../kernel/context/call-context';
import type { AccessTokenClaims } from './access-token.types';

/** Revoking single access tokens, once somebody who may has asked for it. */
export abstract class TokenRevocationPort {
  /**
   * Revokes a verified token and records it; resolves after the commit. Errors: `unavailable`.
   * @param reason free text of the caller for the audit log, at most 256 characters are kept.
   */
  abstract revoke(context: CallContext, claims: AccessTokenClaims, reason: string): Promise<void>;
}
