import type { CallContext } from '../../../kernel/context/call-context';
import type { KeyRotation, KeyRotationOrder, SigningKeyList } from './keys.types';

/** The plan of the signing keys: which one signs, which one is next, and when they change. */
export abstract class KeyRotationPort {
  /** Every key that is published, newest first, and when the next rotation is due. */
  abstract list(context: CallContext): Promise<SigningKeyList>;

  /**
   * Rotates: the published next key signs from now on, the active one is retired (still published until what it signed
   * has ended), and a new next key is published.
   *
   * In an emergency a fresh key signs at once, and all others are removed: every process refuses what they signed within
   * the change feed's time. Verifiers that cache the JWK Set and do not ask again for an unknown `kid` refuse new tokens
   * until it lapses.
   *
   * Errors: `conflict`, with `Retry-After`, while the next key has not been published for a whole life of the JWK Set.
   */
  abstract rotate(context: CallContext, order: KeyRotationOrder): Promise<KeyRotation>;
}
