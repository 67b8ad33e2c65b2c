import { MAX_ACCESS_TOKEN_TTL_SECONDS, type Revocation } from '../../revocation/contract/revocation.types';

/**
 * Revokes what a grant has issued until a moment, to the millisecond: the grant goes on, and what is issued by it next
 * is live. Good only where nothing can be issued in ignorance: the family that issues is ended under the same lock.
 * @param lastIssuedMs when that family last issued, by the clock of whichever process did.
 */
export function grantMark(grantId: string, tenantId: string, nowMs: number, lastIssuedMs: number): Revocation {
  const atMs = Math.max(nowMs, lastIssuedMs);
  return {
    kind: 'grant',
    subject: grantId,
    tenantId,
    atMs,
    forgetAtMs: atMs + MAX_ACCESS_TOKEN_TTL_SECONDS * 1000,
  };
}
