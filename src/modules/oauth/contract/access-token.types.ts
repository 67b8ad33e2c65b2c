import { z } from 'zod';
import type { Actor } from '../../../kernel/context/call-context';
import { type AppError, outage } from '../../../kernel/errors/app-error';
import type { OutageReason } from '../../../kernel/errors/reason';

/** `typ` of our access tokens (RFC 9068 §2.1). */
export const ACCESS_TOKEN_TYP = 'at+jwt';

/**
 * The authentication context classes (OpenID Connect Core §2, `acr`): the user proved one factor, or two. `amr` names them.
 */
export const ACR_ONE_FACTOR = 'urn:cpod:params:oauth:acr:1fa';
export const ACR_TWO_FACTORS = 'urn:cpod:params:oauth:acr:2fa';

/**
 * The actor that acts on behalf of the subject (RFC 8693 §4.1). The outermost actor is the current actor; nested actors acted before it.
 */
export interface ActClaim {
  readonly sub: string;
  readonly act?: ActClaim | undefined;
}

export const actClaim: z.ZodType<ActClaim> = z
  .lazy(() => z.object({ sub: z.string(), act: actClaim.optional() }))
  .meta({ id: 'ActClaim' });

/**
 * The claims of our access tokens (RFC 9068 §2.2, rest.md §2). Times are Unix seconds. Only a user's token contains `user_id` and the
 * members after it; its `sub` is the user, and its `roles` contains the user's role in the tenant. Only an agent's token contains
 * `principal_type` and the members after it; its other members come from the token that it was derived from.
 */
export const accessTokenClaims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number().int(),
  iat: z.number().int(),
  jti: z.string(),
  client_id: z.string(),
  scope: z.string(),
  tenant_id: z.string(),
  tenant_slug: z.string(),
  app_id: z.string(),
  roles: z.array(z.string()),
  user_id: z.string().optional(),
  /** The session in which the token was issued; absent if the token outlives sessions (`offline_access`). */
  sid: z.string().optional(),
  auth_time: z.number().int().optional(),
  acr: z.string().optional(),
  /** RFC 8176. */
  amr: z.array(z.string()).optional(),
  /** Ids of the first 100 groups that the user had when the token was issued. Absent if there were none. */
  groups: z.array(z.string()).optional(),
  /** The user's consent to the app. Revoking the consent ends the token. */
  grant_id: z.string().optional(),
  /** The API key (`crd-…`) that has these claims, or from which the token was created. */
  credential_id: z.string().optional(),
  principal_type: z.literal('agent').optional(),
  /** The grant type with which an agent obtained its token. */
  grant_type: z.string().optional(),
  act: actClaim.optional(),
  /** The `jti` of every token that this token depends on, oldest first. The token ends when any of them is revoked. */
  parent_jtis: z.array(z.string()).optional(),
});

export type AccessTokenClaims = Readonly<z.infer<typeof accessTokenClaims>>;

/** Returns the API key with these claims; `null` for a token, including a token that was created from a key. */
export function ownKeyOf({ credential_id: id, parent_jtis: parents }: AccessTokenClaims): string | null {
  return id === undefined || parents !== undefined ? null : id;
}

/** Returns the actor of a token: an agent, its user, or the app itself. */
export function actorOfClaims({ sub, user_id: userId, principal_type: type }: AccessTokenClaims): Actor {
  if (type === 'agent') return { type: 'agent', id: sub };
  return userId === undefined ? { type: 'service', id: sub } : { type: 'user', id: userId };
}

/**
 * Returns whether a token can be used at this installation's own endpoints (RFC 9068 §4). A token that is only for a company's resources
 * (RFC 8707) is valid but gives no access here, so that such a resource cannot act here for the user.
 */
export function isForTheIssuer({ aud, iss }: AccessTokenClaims): boolean {
  return typeof aud === 'string' ? aud === iss : aud.includes(iss);
}

/**
 * Path of the endpoint for agents, which is a separate resource (RFC 8707). Agents request tokens for it. Such a token gives no access to
 * the rest of the installation.
 */
export const MCP_PATH = '/mcp';

/** Returns whether a token gives access only to the endpoint for agents ({@link MCP_PATH}). */
export function isForMcpAlone({ aud, iss }: AccessTokenClaims): boolean {
  return [aud].flat().every((audience) => audience === iss + MCP_PATH);
}

/** Returns whether a token is meant for an audience. An API key is valid for the whole installation, including {@link MCP_PATH}. */
export function isMeantFor(claims: AccessTokenClaims, audience: string): boolean {
  if ([claims.aud].flat().includes(audience)) return true;
  return ownKeyOf(claims) !== null && audience === claims.iss + MCP_PATH;
}

/** The reason why a token is not accepted. `unavailable` is not a verdict: the token could not be checked. */
export type TokenRefusal =
  | 'token_malformed'
  | 'token_signature_invalid'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_wrong_issuer'
  | 'token_wrong_audience'
  | 'token_wrong_type'
  | 'token_revoked'
  | 'tenant_mismatch'
  /** An API key with a wrong checksum. */
  | 'key_mistyped'
  | 'key_unknown'
  | 'unavailable';

/** The verdict on a token. */
export type TokenVerdict =
  | {
      readonly valid: true;
      readonly claims: AccessTokenClaims;
      /** The claims that the token's tenant added, for its own services. Absent if there are none, and over the wire. */
      readonly custom?: Readonly<Record<string, unknown>>;
    }
  | {
      readonly valid: false;
      readonly refusal: TokenRefusal;
      /** The reason for `unavailable`. */
      readonly outage?: OutageReason;
    };

/** Messages for the bearer. They do not reveal any details about the token. */
export const REFUSAL_MESSAGES: Readonly<Record<TokenRefusal, string>> = {
  token_malformed: 'The token is not a JWT from this installation.',
  token_signature_invalid: 'The signature of the token is not valid.',
  token_expired: 'The token has expired.',
  token_not_yet_valid: 'The token is not valid yet.',
  token_wrong_issuer: 'The token is from a different issuer.',
  token_wrong_audience: 'The token is for a different audience.',
  token_wrong_type: 'The token is not an access token.',
  token_revoked: 'The token has been revoked.',
  key_mistyped: 'The API key is mistyped or cut off: its checksum does not match.',
  key_unknown: 'The API key does not exist.',
  tenant_mismatch: 'The token belongs to a different tenant.',
  unavailable: 'The token cannot be checked now; try again.',
};

/** Returns the error for a token that could not be validated (`refusal: 'unavailable'`). */
export function undecided({ outage: reason = 'sidecar_unavailable' }: { readonly outage?: OutageReason }): AppError {
  return outage(reason, { message: REFUSAL_MESSAGES.unavailable });
}
