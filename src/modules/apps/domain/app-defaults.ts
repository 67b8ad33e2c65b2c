import { isOrigin } from '../../../kernel/network/origin';
import type { App, AppType } from '../contract/apps.types';
import { isReserved } from '../contract/platform-scopes';

type Defaults = Pick<App, 'declared_scopes' | 'grant_types' | 'token_endpoint_auth_method'>;

/** Scopes that give access to secret or personal data in plaintext. */
const SENSITIVE = /^(secrets\.|masking\.detokenise$)/;

const PEOPLE = {
  declared_scopes: ['openid', 'profile', 'email', 'offline_access'],
  grant_types: ['authorization_code', 'refresh_token'],
} satisfies Partial<Defaults>;

/**
 * Returns the default of `default_scopes`. A service app gets the scopes that it declares, so that its first call works. The exceptions are
 * scopes for administration and scopes that reveal data: a token has such a scope only on request. Apps that act for users request the
 * scopes that they need at each sign-in.
 */
export function defaultScopes(appType: AppType, declaredScopes: readonly string[]): string[] {
  return appType === 'service' ? declaredScopes.filter((scope) => !isReserved(scope) && !SENSITIVE.test(scope)) : [];
}

/** Returns the default of `allowed_origins`: the origins of the redirect URIs for a single-page app, and an empty list for other types. */
export function defaultOrigins(appType: AppType, redirectUris: readonly string[]): string[] {
  if (appType !== 'spa') return [];
  return [...new Set(redirectUris.map((uri) => new URL(uri).origin))].filter(isOrigin).sort();
}

/** Defaults for each app type: a browser or a phone cannot keep a secret (RFC 6749 §2.1). */
export const APP_DEFAULTS: Readonly<Record<AppType, Defaults>> = {
  service: {
    declared_scopes: [],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_basic',
  },
  web: { ...PEOPLE, token_endpoint_auth_method: 'client_secret_basic' },
  spa: { ...PEOPLE, token_endpoint_auth_method: 'none' },
  native: { ...PEOPLE, token_endpoint_auth_method: 'none' },
};
