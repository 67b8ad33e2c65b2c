import { z } from 'zod';
import { accessTokenClaims, actClaim } from './access-token.types';

/** A request to one of the OAuth endpoints as seen by the protocol: a form and the credentials sent with it. */
export interface OauthRequest {
  /** Members of the form. A repeated member, which RFC 6749 §3.2 forbids, is an array. */
  readonly form: Readonly<Record<string, unknown>>;
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  readonly requestId: string;
  /** `null` if unknown. */
  readonly ip: string | null;
  readonly traceparent: string | null;
}

/**
 * The response of the token endpoint (RFC 6749 §5.1). Includes `refresh_token` for a user who granted `offline_access`, and `id_token` if
 * the scopes include `openid`.
 */
export const tokenAnswer = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.number().int(),
    scope: z.string(),
    /** RFC 8693 §2.2.1: only in the response to an exchange. */
    issued_token_type: z.string().optional(),
    refresh_token: z.string().optional(),
    id_token: z.string().optional(),
  })
  .meta({ id: 'TokenAnswer' });

/** The introspection response (RFC 7662 §2.2): the claims of an active token. For a refresh token, it contains only some of them. */
export const introspectionAnswer = accessTokenClaims
  .partial()
  .extend({
    active: z.boolean(),
    token_type: z.literal('Bearer').optional(),
    act: actClaim.optional().describe('The actor for the subject (RFC 8693 §4.1).'),
  })
  // The claims that the tenant adds to its tokens.
  .catchall(z.unknown())
  .meta({ id: 'Introspection' });

export type TokenAnswer = Readonly<z.infer<typeof tokenAnswer>>;
export type IntrospectionAnswer = Readonly<z.infer<typeof introspectionAnswer>>;

/** The userinfo response (OpenID Connect Core §5.3.2): the claims that the token's scopes allow. */
export const userinfo = z
  .object({
    sub: z.string(),
    name: z.string().optional(),
    picture: z.string().optional(),
    locale: z.string().optional(),
    updated_at: z.number().int().optional(),
    email: z.string().optional(),
    email_verified: z.boolean().optional(),
  })
  // The claims that the tenant's rules add.
  .catchall(z.unknown())
  .meta({ id: 'Userinfo' });

export type Userinfo = Readonly<z.infer<typeof userinfo>>;
