import type { Buffer } from 'buffer';
import type { Budget } from '../../evaluate/budget.js';
import { isSignature, type Algorithm, type SignatureKey } from './algorithms.js';
import type { VerificationKey } from './verification-keys.js';

/** The time that verification takes with the most expensive key (a key on the largest curve) and with a shared secret. */
const MS_PER_SIGNATURE = 2;
const MS_PER_MESSAGE_CODE = 0.02;

export interface SignedPart {
  readonly keyId: string;
  /** The algorithm in the token's header. */
  readonly statedAlgorithm: string;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/**
 * Returns whether one of the keys created the signature with `algorithm`. If a key has the token's `kid`, only that key is checked.
 * Otherwise, every key is checked, except keys for an algorithm other than the one in the token's header (as in OPA).
 */
export function isSignedByAny(
  keys: readonly VerificationKey[],
  algorithm: Algorithm,
  part: SignedPart,
  budget: Budget,
): boolean {
  const check = (key: SignatureKey | undefined): boolean => {
    if (key === undefined) {
      return false;
    }
    budget.reserve(key.kind === 'secret' ? MS_PER_MESSAGE_CODE : MS_PER_SIGNATURE);
    return isSignature(algorithm, key, part.signed, part.signature);
  };
  const named = part.keyId === '' ? undefined : keys.find(({ keyId }) => keyId === part.keyId);
  if (named !== undefined) {
    return check(named.key);
  }
  return keys.some(
    ({ key, algorithm: keyAlgorithm }) =>
      (keyAlgorithm === undefined || keyAlgorithm === '' || keyAlgorithm === part.statedAlgorithm) && check(key),
  );
}
