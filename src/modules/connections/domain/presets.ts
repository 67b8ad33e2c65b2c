import type { ConnectionEndpoints, ConnectionPreset, ProfileMapping } from '../contract/connections.types';

/** Google's issuer, as its ID tokens spell it. */
export const GOOGLE_ISSUER = 'https://accounts.google.com';

/** How a provider differs from plain OpenID Connect. */
export interface Preset {
  readonly type: 'oidc' | 'oauth';
  /** `null` if each customer has their own. */
  readonly issuer: string | null;
  /** The issuers that can replace the default; `null` allows any. */
  readonly issuers: RegExp | null;
  readonly scopes: readonly string[];
  /** The claims that together identify a person at the issuer. */
  readonly subject: readonly string[];
  /** The claims that confirm the address; one is enough. */
  readonly verified: readonly string[];
  /** `form_post` if the provider requires it for its scopes. */
  readonly responseMode: 'form_post' | null;
  readonly endpoints: ConnectionEndpoints | null;
  readonly profile: ProfileMapping | null;
}

const OIDC: Preset = {
  type: 'oidc',
  issuer: null,
  issuers: null,
  scopes: ['openid', 'email', 'profile'],
  subject: ['sub'],
  verified: ['email_verified'],
  responseMode: null,
  endpoints: null,
  profile: null,
};

const OAUTH: Preset = { ...OIDC, type: 'oauth', scopes: [], subject: [], verified: [] };

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

const PRESETS: Readonly<Record<ConnectionPreset, Preset>> = {
  google: { ...OIDC, issuer: GOOGLE_ISSUER, issuers: /^https:\/\/accounts\.google\.com$/ },
  // The issuer names one directory: with `common`, any directory in the world could assert any address. In an ID token, `sub` differs for
  // each app, so the directory and the object identify the person. Addresses are not verified unless the optional claim says so.
  microsoft: {
    ...OIDC,
    issuers: new RegExp(`^https://login\\.microsoftonline\\.com/${UUID}/v2\\.0$`),
    subject: ['tid', 'oid'],
    verified: ['xms_edov', 'email_verified'],
  },
  apple: {
    ...OIDC,
    issuer: 'https://appleid.apple.com',
    scopes: ['openid', 'email', 'name'],
    responseMode: 'form_post',
  },
  gitlab: { ...OIDC, issuer: 'https://gitlab.com' },
  github: {
    ...OAUTH,
    scopes: ['read:user', 'user:email'],
    endpoints: {
      authorizationUrl: 'https://github.com/login/oauth/authorize',
      tokenUrl: 'https://github.com/login/oauth/access_token',
      userinfoUrl: 'https://api.github.com/user',
      emailsUrl: 'https://api.github.com/user/emails',
    },
    profile: { subject: 'id', email: 'email', emailVerified: null, name: 'name' },
  },
};

/** Returns the data of a preset, or of plain OpenID Connect or OAuth. */
export function presetOf(preset: ConnectionPreset | null, type: 'oidc' | 'oauth'): Preset {
  if (preset !== null) return PRESETS[preset];
  return type === 'oidc' ? OIDC : OAUTH;
}
