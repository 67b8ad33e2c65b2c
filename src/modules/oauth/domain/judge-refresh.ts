import { sameHash } from './opaque-token';

/**
 * The fields that determine whether a family of refresh tokens is active, and which token is its current one. Times are Unix milliseconds.
 */
export interface FamilyLife {
  readonly currentHash: Buffer;
  readonly idleUntilMs: number;
  readonly expiresAtMs: number;
  readonly endedAtMs: number | null;
}

/** The fields of a family that are needed to judge a token that is not the newest one. */
export interface FamilyState extends FamilyLife {
  readonly previousHash: Buffer | null;
  readonly previousRequest: Buffer | null;
  readonly hasAnswer: boolean;
  readonly rotatedAtMs: number | null;
}

/** Returns whether a token is the newest token of an active family. */
export function isNewest(family: FamilyLife, presentedHash: Buffer, nowMs: number): boolean {
  return !isOver(family, nowMs) && sameHash(presentedHash, family.currentHash);
}

/**
 * The verdict on a presented token of a family. `rotate`: the newest token. `repeat`: the previous token, with the identical request within
 * the grace window. `reused`: any other token, which must have leaked. `over`: the family has ended.
 */
export type RefreshJudgment = 'rotate' | 'repeat' | 'reused' | 'over';

/** Judges a presented refresh token. @param request a hash of the request: client, scope and resources. */
export function judgeRefresh(
  family: FamilyState,
  presentedHash: Buffer,
  request: Buffer,
  nowMs: number,
  graceMs: number,
): RefreshJudgment {
  if (isOver(family, nowMs)) return 'over';
  if (sameHash(presentedHash, family.currentHash)) return 'rotate';
  const inGrace = family.rotatedAtMs !== null && nowMs - family.rotatedAtMs < graceMs;
  const identical = sameHash(presentedHash, family.previousHash) && sameHash(request, family.previousRequest);
  return inGrace && identical && family.hasAnswer ? 'repeat' : 'reused';
}

function isOver({ endedAtMs, idleUntilMs, expiresAtMs }: FamilyLife, nowMs: number): boolean {
  return endedAtMs !== null || nowMs >= Math.min(idleUntilMs, expiresAtMs);
}
