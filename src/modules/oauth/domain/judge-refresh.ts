import { sameHash } from './opaque-token';

/** What tells whether a family of refresh tokens lives, and by which token. Times are Unix milliseconds. */
export interface FamilyLife {
  readonly currentHash: Buffer;
  readonly idleUntilMs: number;
  readonly expiresAtMs: number;
  readonly endedAtMs: number | null;
}

/** A family as far as a token of it that is not the newest is judged by it. */
export interface FamilyState extends FamilyLife {
  readonly previousHash: Buffer | null;
  readonly previousRequest: Buffer | null;
  readonly hasAnswer: boolean;
  readonly rotatedAtMs: number | null;
}

/** Whether a token is the newest of a family that lives. */
export function isNewest(family: FamilyLife, presentedHash: Buffer, nowMs: number): boolean {
  return !isOver(family, nowMs) && sameHash(presentedHash, family.currentHash);
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
  if (isOver(family, nowMs)) return 'over';
  if (sameHash(presentedHash, family.currentHash)) return 'rotate';
  const inGrace = family.rotatedAtMs !== null && nowMs - family.rotatedAtMs < graceMs;
  const identical = sameHash(presentedHash, family.previousHash) && sameHash(request, family.previousRequest);
  return inGrace && identical && family.hasAnswer ? 'repeat' : 'reused';
}

function isOver({ endedAtMs, idleUntilMs, expiresAtMs }: FamilyLife, nowMs: number): boolean {
  return endedAtMs !== null || nowMs >= Math.min(idleUntilMs, expiresAtMs);
}
