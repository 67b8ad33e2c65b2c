import type { CallContext } from '../../../kernel/context/call-context';
import type { KeyRotation, KeyRotationOrder, SigningKeyList } from './keys.types';

/** The plan of the signing keys: the key that signs, the next key, and the time of the change. */
export abstract class KeyRotationPort {
  /** Returns every published key, newest first, and the time of the next rotation. */
  abstract list(context: CallContext): Promise<SigningKeyList>;

  /**
   * Rotates the keys. The published next key starts to sign. The active key is retired: it stays published until every token that it signed
   * has expired. A new next key is published.
   *
   * In an emergency, a new key signs immediately, and all other keys are removed: every process rejects their signatures within the delay
   * of the change feed. Verifiers that cache the JWK Set and do not refetch it for an unknown `kid` reject new tokens until their cache
   * expires.
   *
   * Errors: `conflict`, with `Retry-After`, while the next key has been published for less than the lifetime of the JWK Set.
   */
  abstract rotate(context: CallContext, order: KeyRotationOrder): Promise<KeyRotation>;
}
