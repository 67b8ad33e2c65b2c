import type { PublishedDocument } from '../../../kernel/http/answers/published-document';
import type { VerificationKey } from './keys.types';

/** The installation's public signing keys, in memory and updated by the change feed. */
export abstract class KeysPort {
  /** Returns the JWK Set as a JSON string (RFC 7517 §5): active, next and retired keys. Throws `unavailable` before the keys are loaded. */
  abstract jwksJson(): string;

  /**
   * Returns the JWK Set in its published form. A cache can keep it for the configured time, or for a shorter time, down to 0, if this
   * process lags. Throws `unavailable` before the keys are loaded.
   */
  abstract jwks(): PublishedDocument;

  /**
   * Returns the key for a `kid`, or `null` if it is not one of this installation's keys. Throws `unavailable` if the keys are not loaded or
   * stale.
   */
  abstract verificationKey(kid: string): VerificationKey | null;
}
