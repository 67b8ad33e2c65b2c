import { MAX_ACCESS_TOKEN_TTL_SECONDS, type Revocation } from '../../revocation/contract/revocation.types';

/**
 * Returns a revocation of the tokens that a grant has issued up to now, to the millisecond. The grant itself stays, and tokens that it
 * issues later are valid. Use it only under the lock that also ends the issuing family, so that no token can be issued without knowledge of
 * the revocation.
 * @param lastIssuedMs the time at which that family last issued a token, according to the clock of the issuing process.
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
