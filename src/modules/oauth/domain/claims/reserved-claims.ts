import { accessTokenClaims } from '../../contract/access-token.types';
import { introspectionAnswer, userinfo } from '../../contract/oauth.types';
import type { UserMember } from '../../contract/token-claims.types';
import { buildAccessTokenClaims, type TokenFacts } from '../access-token-claims';
import { idTokenClaims } from '../id-token';

/** Facts with a value for every member, so that the builder sets every claim that it can set. */
const EVERY_FACT: TokenFacts = {
  issuer: '',
  audience: '',
  jti: '',
  issuedAt: 0,
  expiresAt: 0,
  client: { clientId: '' },
  tenant: { id: '', slug: '' },
  scopes: [],
  serviceId: '',
  person: { user: { id: '', role: 'viewer' }, groups: [''] },
  signIn: { sessionId: '', authTimeMs: 0, amr: [''], grantId: '' },
  credentialId: '',
};

/**
 * Claims with a meaning for security that the product does not issue: JWT (RFC 7519), OpenID Connect Core §2, and the claims by which
 * resource servers often decide about access.
 */
const ELSEWHERE = [
  ...['nbf', 'azp', 'nonce', 'at_hash', 'c_hash', 's_hash', 'cnf', 'may_act', 'authorization_details'],
  ...['role', 'permissions', 'token_use', 'typ', 'username'],
];

/** Every claim that tenants cannot set: those that the builders set, those that the product reads or returns, and {@link ELSEWHERE}. */
export const RESERVED_CLAIMS: ReadonlySet<string> = new Set([
  ...Object.keys(accessTokenClaims.shape),
  ...Object.keys(introspectionAnswer.shape),
  ...Object.keys(userinfo.shape),
  ...Object.keys(buildAccessTokenClaims(EVERY_FACT)),
  ...Object.keys(
    idTokenClaims({ accessToken: '', claims: buildAccessTokenClaims(EVERY_FACT), sessionId: '', nonce: '' }),
  ),
  ...ELSEWHERE,
]);

/** The claims that tenants can set only to the value of the user member that the product itself returns for them. */
const COPIES: ReadonlyMap<string, UserMember> = new Map([
  ['name', 'displayName'],
  ['email', 'email'],
  ['locale', 'locale'],
  ['picture', 'avatarUrl'],
]);

const FOLDED: ReadonlySet<string> = new Set([...RESERVED_CLAIMS].map(folded));
/** Only ASCII, so that no name looks like a reserved name. A leading letter excludes `__proto__`. */
const NAME = /^[A-Za-z][\w.:/-]{0,63}$/;
/** Names that every JavaScript object inherits. A consumer that reads them without care gets a function. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Returns the user member that a claim must copy; `null` if the claim can have any value. */
export function copiedMember(claim: string): UserMember | null {
  return COPIES.get(claim) ?? null;
}

/** Returns the reason why tenants cannot set a claim with this name; `null` if they can. */
export function claimNameFault(claim: string): string | null {
  if (!NAME.test(claim) || INHERITED.has(claim) || claim === 'prototype') {
    return 'A claim name is a letter, then at most 63 ASCII letters, digits and the characters _ - . : /';
  }
  if (copiedMember(claim) === null && FOLDED.has(folded(claim))) {
    return `The claim "${claim}" is reserved.`;
  }
  return null;
}

/** Returns a name in the form in which names are compared: consumers may ignore case and separators, as for `tenantId`. */
function folded(claim: string): string {
  return claim.toLowerCase().replace(/[^a-z0-9]/g, '');
}
