import type { PublishedDocument } from '../../../kernel/http/answers/published-document';
import type { VerificationKey } from './keys.types';

/** The installation's public signing keys, in memory by the change feed. */
export abstract class KeysPort {
  /** The JWK Set as JSON text (RFC 7517 §5): active, next and retired keys. Throws `unavailable` before it is loaded. */
  abstract jwksJson(): string;

  /**
   * The same as it is published. A cache may keep it as long as the plan counts on: less than configured, down to 0, in a process
   * that lags. Throws `unavailable` before it is loaded.
   */
  abstract jwks(): PublishedDocument;

  /** The key of a `kid`; `null` for one that is not ours. Throws `unavailable` when the keys are not loaded or stale. */
  abstract verificationKey(kid: string): VerificationKey | null;
}
