import { CLAIM_LIMITS } from '../../contract/token-claims.types';
import type { ClaimFacts } from './claim-facts';
import type { CustomClaims } from './claim-rules';
import { claimNameFault, copiedMember } from './reserved-claims';

/**
 * Returns the reason why a token with these custom claims must not be issued; `null` if it can be. This check runs at each issuance,
 * whoever set the claims: a release can reserve a name after a rule was stored, and a policy computes names.
 */
export function customClaimsFault(claims: CustomClaims, user: ClaimFacts['user']): string | null {
  for (const [claim, value] of Object.entries(claims)) {
    const fault = claimNameFault(claim);
    if (fault !== null) return fault;
    const copied = copiedMember(claim);
    if (copied !== null && (value === null || value !== user?.[copied])) {
      return `The claim "${claim}" differs from the user's ${copied}.`;
    }
  }
  return jsonFault(claims);
}

/** Returns the reason why claims cannot be written to a token because of their size or their members; `null` if they can. */
export function jsonFault(claims: CustomClaims): string | null {
  const json = written(claims);
  if (json === null || Buffer.byteLength(json) > CLAIM_LIMITS.maxBytes) {
    return `The custom claims of a token have at most ${CLAIM_LIMITS.maxBytes} bytes.`;
  }
  // Inside a string, the quotation mark before the name is escaped.
  return /(?<!\\)"__proto__":/.test(json) ? 'A claim must not have a member "__proto__".' : null;
}

/** Returns `null` for claims that are nested too deeply to be written. */
function written(claims: CustomClaims): string | null {
  try {
    return JSON.stringify(claims);
  } catch {
    return null;
  }
}
