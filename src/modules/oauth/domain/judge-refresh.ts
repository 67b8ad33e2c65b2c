import { sameHash } from './opaque-token';

/** A family of refresh tokens as far as a refresh is judged by it. Times are Unix milliseconds. */
export interface FamilyState {
  readonly currentHash: Buffer;
  readonly previousHash: Buffer | null;
  readonly previousRequest: Buffer | null;
  readonly hasAnswer: boolean;
  readonly rotatedAtMs: number | null;
  readonly idleUntilMs: number;
  readonly expiresAtMs: number;
  readonly endedAtMs: number | null;
}

/**
 * What a presented token of a family is: `rotate` the newest; `repeat` the one before, with the identical request inside
 * the grace window; `reused` any other, which somebody else must have; `over` of a family that has ended.
 */
export type RefreshJudgement = 'rotate' | 'repeat' | 'reused' | 'over';

/** @param request a hash of what was asked: client, scope and resources. */
export function judgeRefresh(
  family: FamilyState,
  presentedHash: Buffer,
  request: Buffer,
  nowMs: number,
  graceMs: number,
): RefreshJudgement {
  if (family.endedAtMs !== null || nowMs >= Math.min(family.idleUntilMs, family.expiresAtMs)) return 'over';
  if (sameHash(presentedHash, family.currentHash)) return 'rotate';
  const inGrace = family.rotatedAtMs !== null && nowMs - family.rotatedAtMs < graceMs;
  const identical = sameHash(presentedHash, family.previousHash) && sameHash(request, family.previousRequest);
  return inGrace && identical && family.hasAnswer ? 'repeat' : 'reused';
}
