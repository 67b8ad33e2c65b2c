import { unverifiedClaims } from '../../kernel/text/unverified-claims';

/** Tokens longer than this are ignored. */
const MAX_CHARS = 16_384;
const TENANT_ID = /^tnt-[0-9a-z]{26}$/;
const USER_ID = /^usr-[0-9a-z]{26}$/;

/** A person of a tenant. */
export interface Person {
  readonly tenantId: string;
  readonly userId: string;
}

/** Returns whether a token is a JWT, which can be read locally; any other token is an API key. */
export function isJwt(token: string): boolean {
  return token.split('.', 3).length === 3;
}

/**
 * Returns the person that an unverified JWT from this installation names; `null` if it does not name a person. Use it only for a lookup
 * whose result is discarded unless the token proves to be valid and to belong to this person.
 */
export function claimedPerson(token: string, issuer: string): Person | null {
  if (token.length > MAX_CHARS) return null;
  const { iss, tenant_id: tenantId, user_id: userId, principal_type: type } = unverifiedClaims(token);
  if (iss !== issuer || type !== undefined) return null;
  if (typeof tenantId !== 'string' || typeof userId !== 'string') return null;
  return TENANT_ID.test(tenantId) && USER_ID.test(userId) ? { tenantId, userId } : null;
}
