import type { Budget } from '../../evaluate/budget';
import { isSignature, type Algorithm, type SignatureKey } from './algorithms';
import type { VerificationKey } from './verification-keys';

/** A check costs up to 2 ms; counting so many steps makes the budget look at its clock before each. */
const STEPS_PER_SIGNATURE = 1_024;

export interface SignedPart {
  readonly keyId: string;
  /** Of the token's header. */
  readonly statedAlgorithm: string;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/**
 * Whether one of the keys made the signature by `algorithm`. A key with the token's `kid` decides alone; without such a key each is
 * tried, except those that are for another algorithm than the token's header states (as OPA).
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
    budget.step(STEPS_PER_SIGNATURE);
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
