import { z } from 'zod';
import { MAX_ACCESS_TOKEN_TTL_SECONDS } from '../../revocation/contract/revocation.types';

/** Topic of app changes in the change log; the key of a change is the `client_id`. */
export const APPS_TOPIC = 'apps';

const DEFAULT_ACCESS_TOKEN_TTL_SECONDS = 3600;
const DEFAULT_OVERLAP_SECONDS = 86_400;
const MAX_OVERLAP_SECONDS = 30 * 86_400;

export const CLIENT_ID = /^app-[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$/;

const clientId = z.string().regex(CLIENT_ID, 'app-, then lower-case letters, digits and hyphens, at most 64');
const name = z.string().trim().min(1).max(200);
const scopeList = z
  .array(z.string().min(1).max(128))
  .max(100)
  .refine((scopes) => new Set(scopes).size === scopes.length, 'names a scope twice');
const httpsUri = z.url({ protocol: /^https$/ }).max(2048);

/** RFC 6749 §3.1.2: absolute, without a fragment; https, loopback http, or an app's own scheme (RFC 8252 §7). */
const redirectUri = z
  .string()
  .max(2048)
  .refine((value) => {
    if (!URL.canParse(value) || value.includes('#') || value.includes('*')) return false;
    const { protocol, hostname } = new URL(value);
    if (protocol === 'https:') return true;
    if (protocol === 'http:') return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
    return protocol.includes('.');
  }, 'must be an https URI without a fragment, a loopback http URI, or a private scheme in reverse-domain form');
const uriList = z.array(redirectUri).max(50);

const appType = z.enum(['service', 'web', 'spa', 'native']);
const grantType = z.enum(['client_credentials']);
const clientAuthMethod = z.enum(['client_secret_basic', 'client_secret_post']);
const ttl = z.number().int().min(60).max(MAX_ACCESS_TOKEN_TTL_SECONDS);

const appSecret = z.object({
  id: z.string(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
});

/** An application (rest.md §2). Secrets are listed by id and times, never by value. */
export const app = z
  .object({
    client_id: z.string(),
    name: z.string(),
    app_type: appType,
    declared_scopes: z.array(z.string()),
    default_scopes: z.array(z.string()),
    grant_types: z.array(grantType),
    token_endpoint_auth_method: clientAuthMethod,
    redirect_uris: z.array(z.string()),
    post_logout_redirect_uris: z.array(z.string()),
    first_party: z.boolean(),
    access_token_ttl_seconds: z.number().int(),
    logo_uri: z.string().nullable(),
    policy_uri: z.string().nullable(),
    secrets: z.array(appSecret),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'App' });

/** The one answer that has the secret. */
export const appWithSecret = app.extend({ client_secret: z.string() }).meta({ id: 'AppWithSecret' });

const settable = {
  name,
  declared_scopes: scopeList,
  default_scopes: scopeList,
  redirect_uris: uriList,
  post_logout_redirect_uris: uriList,
  token_endpoint_auth_method: clientAuthMethod,
  access_token_ttl_seconds: ttl,
  first_party: z.boolean(),
  logo_uri: httpsUri.nullable(),
  policy_uri: httpsUri.nullable(),
};

export const newApp = z
  .strictObject({
    client_id: clientId.optional(),
    app_type: appType.default('service'),
    grant_types: z.array(grantType).min(1).max(1).default(['client_credentials']),
    ...settable,
    declared_scopes: settable.declared_scopes.default([]),
    default_scopes: settable.default_scopes.default([]),
    redirect_uris: settable.redirect_uris.default([]),
    post_logout_redirect_uris: settable.post_logout_redirect_uris.default([]),
    token_endpoint_auth_method: settable.token_endpoint_auth_method.default('client_secret_basic'),
    access_token_ttl_seconds: settable.access_token_ttl_seconds.default(DEFAULT_ACCESS_TOKEN_TTL_SECONDS),
    first_party: settable.first_party.default(false),
    logo_uri: settable.logo_uri.default(null),
    policy_uri: settable.policy_uri.default(null),
  })
  .meta({ id: 'NewApp' });

export const appPatch = z.strictObject(settable).partial().meta({ id: 'AppPatch' });

export const secretRotation = z
  .strictObject({ overlap_seconds: z.number().int().min(0).max(MAX_OVERLAP_SECONDS).default(DEFAULT_OVERLAP_SECONDS) })
  .meta({ id: 'SecretRotation' });

export type App = Readonly<z.infer<typeof app>>;
export type AppWithSecret = Readonly<z.infer<typeof appWithSecret>>;
export type NewApp = Readonly<z.infer<typeof newApp>>;
export type AppPatch = Readonly<z.infer<typeof appPatch>>;

/** An app as the authorization server judges it. */
export interface Client {
  readonly clientId: string;
  readonly tenantId: string;
  readonly grantTypes: readonly string[];
  readonly declaredScopes: readonly string[];
  readonly defaultScopes: readonly string[];
  readonly accessTokenTtlSeconds: number;
}
