import { createPublicKey } from 'node:crypto';
import type { FieldError } from '../../../kernel/errors/app-error';
import type { App, ClientAuthMethod, ClientJwk } from '../contract/apps.types';

/** The members of an app that must be consistent with each other. */
export interface JudgedApp {
  readonly appType: App['app_type'];
  readonly grantTypes: readonly string[];
  readonly tokenEndpointAuthMethod: ClientAuthMethod;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly jwks: App['jwks'];
  readonly jwksUri: string | null;
  readonly refreshRotation: boolean;
  readonly platformContext: boolean;
}

const MIN_RSA_BITS = 2048;

/** Returns whether an app authenticates with a secret that we issued. */
export function usesSecret(method: ClientAuthMethod): boolean {
  return method === 'client_secret_basic' || method === 'client_secret_post';
}

/** Returns the contradictions in an app, each with its pointer; empty if there are none. */
export function appFaults(app: JudgedApp): readonly FieldError[] {
  return [...grantFaults(app), ...methodFaults(app), ...uriFaults(app), ...keyFaults(app), ...credentialFaults(app)];
}

function grantFaults({ grantTypes, redirectUris, tokenEndpointAuthMethod }: JudgedApp): FieldError[] {
  const faults: FieldError[] = [];
  const code = grantTypes.includes('authorization_code');
  // RFC 6749 §4.4: only a client that can authenticate acts for itself.
  if (tokenEndpointAuthMethod === 'none' && grantTypes.includes('client_credentials')) {
    faults.push(fault('/grant_types', 'A public client cannot use client_credentials.'));
  }
  if (grantTypes.includes('refresh_token') && !code) {
    faults.push(fault('/grant_types', 'refresh_token needs authorization_code, which issues the first refresh token.'));
  }
  if (code && redirectUris.length === 0) {
    faults.push(fault('/redirect_uris', 'authorization_code needs at least one redirect URI.'));
  }
  return faults;
}

function methodFaults({ appType, tokenEndpointAuthMethod, grantTypes }: JudgedApp): FieldError[] {
  const isPublic = tokenEndpointAuthMethod === 'none';
  const pointer = '/token_endpoint_auth_method';
  // RFC 9700 §2.5, RFC 8252 §8.5: a secret that every user has is not a secret.
  if ((appType === 'spa' || appType === 'native') && !isPublic && grantTypes.includes('authorization_code')) {
    return [fault(pointer, `A ${appType} app cannot keep a secret. Use the method none.`)];
  }
  if ((appType === 'service' || appType === 'web') && isPublic) {
    return [fault(pointer, `A ${appType} app can keep a secret or a key, and must authenticate.`)];
  }
  return [];
}

function uriFaults({ appType, redirectUris, postLogoutRedirectUris }: JudgedApp): FieldError[] {
  if (appType === 'native') return [];
  const isPrivate = (uri: string): boolean => !/^https?:/.test(uri);
  const message = 'Only a native app can have a private-use URI scheme.';
  return [
    ...redirectUris.flatMap((uri, index) => (isPrivate(uri) ? [fault(`/redirect_uris/${index}`, message)] : [])),
    ...postLogoutRedirectUris.flatMap((uri, index) =>
      isPrivate(uri) ? [fault(`/post_logout_redirect_uris/${index}`, message)] : [],
    ),
  ];
}

function keyFaults({ tokenEndpointAuthMethod, jwks, jwksUri }: JudgedApp): FieldError[] {
  if (tokenEndpointAuthMethod !== 'private_key_jwt') {
    if (jwks === null && jwksUri === null) return [];
    return [fault(jwks === null ? '/jwks_uri' : '/jwks', 'Only private_key_jwt uses keys.')];
  }
  // RFC 7591 §2: jwks and jwks_uri must not both be present.
  if ((jwks === null) === (jwksUri === null))
    return [fault('/jwks', 'private_key_jwt needs jwks or jwks_uri, not both.')];
  const faults = (jwks?.keys ?? []).flatMap((jwk, index) =>
    isUsableKey(jwk)
      ? []
      : [fault(`/jwks/keys/${index}`, `Use a public key: P-256, or RSA with at least ${MIN_RSA_BITS} bits.`)],
  );
  const kids = (jwks?.keys ?? []).flatMap(({ kid }) => (kid === undefined ? [] : [kid]));
  if (new Set(kids).size < kids.length) faults.push(fault('/jwks/keys', 'Two keys have the same kid.'));
  return faults;
}

function credentialFaults(app: JudgedApp): FieldError[] {
  const { refreshRotation, platformContext, tokenEndpointAuthMethod, grantTypes } = app;
  const faults: FieldError[] = [];
  // RFC 9700 §2.2.2: a public client's refresh tokens must rotate, or a stolen copy is never detected.
  if (!refreshRotation && tokenEndpointAuthMethod === 'none') {
    faults.push(fault('/refresh_rotation', 'The refresh tokens of a public client always rotate.'));
  }
  if (!platformContext) return faults;
  if (!usesSecret(tokenEndpointAuthMethod)) {
    faults.push(fault('/platform_context', 'A client secret signs platform contexts, but this app has none.'));
  }
  if (!grantTypes.includes('client_credentials')) {
    const message = "A platform context carries the app's own permissions, which need client_credentials.";
    faults.push(fault('/platform_context', message));
  }
  return faults;
}

/** Returns whether a JWK can verify signatures: its point is on the curve and the key is long enough. */
export function isUsableKey(jwk: ClientJwk): boolean {
  try {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const bits = key.asymmetricKeyDetails?.modulusLength;
    return jwk.kty === 'EC' || (bits !== undefined && bits >= MIN_RSA_BITS);
  } catch {
    return false;
  }
}

function fault(pointer: string, message: string): FieldError {
  return { pointer, code: 'contradiction', message };
}
