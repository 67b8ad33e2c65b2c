import { z } from 'zod';
import { belonging } from '../../../kernel/deletions/belonging';
import { contentTag } from '../../../kernel/http/conditions/entity-tag';
import { displayName } from '../../../kernel/http/input/display-name';
import { tenantQuery } from '../../../kernel/http/input/tenant-query';
import { LOOPBACK_HOSTS } from '../../../kernel/network/host';
import { isOrigin } from '../../../kernel/network/origin';
import { MAX_ACCESS_TOKEN_TTL_SECONDS } from '../../revocation/contract/revocation.types';
import { tenantOfCliClient } from './cli-app';
import { APP_GRANT_TYPES } from './grant-types';

/** Topic of app changes in the change log. The key of a change is the `client_id`. */
export const APPS_TOPIC = 'apps';

const DEFAULT_ACCESS_TOKEN_TTL_SECONDS = 3600;
const DEFAULT_OVERLAP_SECONDS = 86_400;
const MAX_OVERLAP_SECONDS = 30 * 86_400;

/**
 * The platform's own app, for tokens issued by `POST /auth/login`, regardless of the user's tenant. The id is reserved:
 * tenant administrators cannot create, change or delete this app.
 */
export const CONSOLE_CLIENT_ID = 'app-console';

/** The platform's own app with which users of the first tenant sign in to the API reference. Its id is reserved too. */
export const REFERENCE_CLIENT_ID = 'app-reference';

/** Returns whether an app is one that the installation creates itself: the console, the API reference, or the command line in a tenant. */
export function isInstallationApp(clientId: string): boolean {
  return clientId === CONSOLE_CLIENT_ID || clientId === REFERENCE_CLIENT_ID || tenantOfCliClient(clientId) !== null;
}

export const CLIENT_ID = /^app-[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$/;

/** A key of an app's `metadata`. */
export const APP_METADATA_KEY = /^[A-Za-z][\w-]{0,39}$/;

const clientId = z.string().regex(CLIENT_ID, 'must be app-, then lowercase letters, digits and hyphens, at most 64');
const scopeList = z
  .array(z.string().min(1).max(128))
  .max(100)
  .refine((scopes) => new Set(scopes).size === scopes.length, 'must not name a scope twice');
const httpsUri = z.url({ protocol: /^https$/ }).max(2048);

/** Percent-encoded dots, slashes and backslashes, which only some parsers treat as path segments. */
const DISGUISED = /%(2e|2f|5c)/i;

/**
 * Returns whether a redirect URI is valid (RFC 6749 §3.1.2): an absolute URI without a fragment, with https, loopback http, or an app's own
 * scheme (RFC 8252 §7). It must be in a URL parser's normal form, because it is compared character by character.
 */
function isRedirectUri(value: string): boolean {
  if (!URL.canParse(value) || /[#*\\\s]/.test(value) || DISGUISED.test(value)) return false;
  const { protocol, hostname, username, password, href } = new URL(value);
  if (username !== '' || password !== '' || (href !== value && href !== `${value}/`)) return false;
  if (protocol === 'https:') return true;
  if (protocol === 'http:') return LOOPBACK_HOSTS.includes(hostname);
  return protocol.includes('.');
}

const redirectUri = z
  .string()
  .max(2048)
  .refine(
    isRedirectUri,
    'must be an https URI in normal form without fragment or credentials, a loopback http URI, or a private scheme in reverse-domain form',
  );
const uriList = z.array(redirectUri).max(50);
const originList = z
  .array(
    z
      .string()
      .max(255)
      .refine(
        isOrigin,
        'must be an origin without a path, such as https://app.example.com; http is only for loopback addresses',
      ),
  )
  .max(50)
  .refine((origins) => new Set(origins).size === origins.length, 'must not name an origin twice');

const appType = z.enum(['service', 'web', 'spa', 'native']);
const grantType = z.enum(APP_GRANT_TYPES);
const clientAuthMethod = z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']);
const ttl = z.number().int().min(60).max(MAX_ACCESS_TOKEN_TTL_SECONDS);

/** Algorithms that a client can use to sign its assertions (RFC 7518 §3.1). */
export const CLIENT_ALGORITHMS = ['RS256', 'PS256', 'ES256'] as const;

const base64url = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[\w-]+$/, 'must be base64url without padding');
const jwkMembers = {
  kid: z.string().min(1).max(256).optional(),
  use: z.literal('sig').optional(),
  key_ops: z.array(z.literal('verify')).max(1).optional(),
};

/** A public key (RFC 7517 §4). Private members such as `d` are unknown to this schema and are therefore rejected. */
export const clientJwk = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('RSA'),
    n: base64url,
    e: base64url,
    alg: z.enum(['RS256', 'PS256']).optional(),
    ...jwkMembers,
  }),
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: base64url,
    y: base64url,
    alg: z.literal('ES256').optional(),
    ...jwkMembers,
  }),
]);
const clientJwks = z.strictObject({ keys: z.array(clientJwk).min(1).max(20) }).meta({ id: 'ClientJwks' });

const appSecret = z.object({
  id: z.string(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
});

/** An application (rest.md §2). Secrets are listed with their ids and times, never with their values. */
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
    allowed_origins: z.array(z.string()),
    first_party: z.boolean(),
    access_token_ttl_seconds: z.number().int(),
    logo_uri: z.string().nullable(),
    policy_uri: z.string().nullable(),
    jwks: clientJwks.nullable(),
    jwks_uri: z.string().nullable(),
    refresh_rotation: z.boolean(),
    platform_context: z.boolean(),
    metadata: z.record(z.string(), z.string()),
    secrets: z.array(appSecret),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'App' });

/** The app responses that contain a secret. Each secret is shown only once. */
export const appWithSecret = app.extend({ client_secret: z.string() }).meta({ id: 'AppWithSecret' });

/** A new app. It has no secret if it authenticates with a key or does not authenticate. */
export const registeredApp = app.extend({ client_secret: z.string().optional() }).meta({ id: 'RegisteredApp' });

const MAX_METADATA = 20;
const metadata = z
  .record(
    z.string().regex(APP_METADATA_KEY, 'must be a letter, then at most 39 letters, digits, underscores and hyphens'),
    z.string().max(256),
  )
  .refine((members) => Object.keys(members).length <= MAX_METADATA, `must not have more than ${MAX_METADATA} members`)
  .describe('Values of the administrator, such as a plan. Claim rules and token policies can use them.');

const settable = {
  name: displayName,
  declared_scopes: scopeList,
  default_scopes: scopeList.describe(
    'Scopes of a token for which the app does not request any. The default for an app of type `service` is its declared scopes, except reserved scopes (`admin`, `scim`, `introspect`), `masking.detokenise` and `secrets.*`; for other types, it is empty.',
  ),
  grant_types: z
    .array(grantType)
    .min(1)
    .refine((types) => new Set(types).size === types.length, 'must not name a grant type twice'),
  redirect_uris: uriList,
  post_logout_redirect_uris: uriList,
  allowed_origins: originList.describe(
    'Origins whose pages may call the API with tokens of this app. The default for an app of type `spa` is the origins of its redirect URIs, and changes with them; for other types, it is empty.',
  ),
  token_endpoint_auth_method: clientAuthMethod,
  access_token_ttl_seconds: ttl,
  first_party: z.boolean(),
  logo_uri: httpsUri.nullable(),
  policy_uri: httpsUri.nullable(),
  jwks: clientJwks.nullable(),
  jwks_uri: httpsUri.nullable(),
  refresh_rotation: z
    .boolean()
    .describe(
      'True if each refresh returns a new refresh token. If false, the refresh token stays the same. Only apps that authenticate can set false, and the RefreshToken method of the sidecar requires it.',
    ),
  platform_context: z
    .boolean()
    .describe(
      'True if the app signs platform contexts with its secret, which is then stored sealed. A secret created earlier cannot sign: rotate it.',
    ),
  metadata,
};

/**
 * A request for a new app. If omitted, `declared_scopes`, `grant_types`, `token_endpoint_auth_method`, `default_scopes` and
 * `allowed_origins` get the defaults of the app type.
 */
export const newApp = z
  .strictObject({
    client_id: clientId.optional(),
    app_type: appType.default('service'),
    ...settable,
    declared_scopes: settable.declared_scopes.optional(),
    grant_types: settable.grant_types.optional(),
    token_endpoint_auth_method: settable.token_endpoint_auth_method.optional(),
    default_scopes: settable.default_scopes.optional(),
    allowed_origins: settable.allowed_origins.optional(),
    redirect_uris: settable.redirect_uris.default([]),
    post_logout_redirect_uris: settable.post_logout_redirect_uris.default([]),
    access_token_ttl_seconds: settable.access_token_ttl_seconds.default(DEFAULT_ACCESS_TOKEN_TTL_SECONDS),
    first_party: settable.first_party.default(false),
    logo_uri: settable.logo_uri.default(null),
    policy_uri: settable.policy_uri.default(null),
    jwks: settable.jwks.default(null),
    jwks_uri: settable.jwks_uri.default(null),
    refresh_rotation: settable.refresh_rotation.default(true),
    platform_context: settable.platform_context.default(false),
    metadata: settable.metadata.default({}),
  })
  .meta({ id: 'NewApp' });

export const appPatch = z.strictObject(settable).partial().meta({ id: 'AppPatch' });

export const secretRotation = z
  .strictObject({ overlap_seconds: z.number().int().min(0).max(MAX_OVERLAP_SECONDS).default(DEFAULT_OVERLAP_SECONDS) })
  .meta({ id: 'SecretRotation' });

export type App = Readonly<z.infer<typeof app>>;

/**
 * Returns the entity tag for changes of an app. It covers everything that a change can set, and the times of the app. It does not cover
 * the secrets: their last use is recorded while someone edits the app, and must not refuse that change.
 */
export function appEntityTag({ secrets: _secrets, ...settings }: App): string {
  return contentTag(settings);
}
export type AppWithSecret = Readonly<z.infer<typeof appWithSecret>>;
export type RegisteredApp = Readonly<z.infer<typeof registeredApp>>;
export type ClientJwk = Readonly<z.infer<typeof clientJwk>>;
export type AppType = App['app_type'];
export type ClientAuthMethod = App['token_endpoint_auth_method'];
export type NewApp = Readonly<z.infer<typeof newApp>>;
export type AppPatch = Readonly<z.infer<typeof appPatch>>;

/** An app as seen by the authorization server. */
export interface Client {
  readonly clientId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly appType: AppType;
  readonly grantTypes: readonly string[];
  readonly declaredScopes: readonly string[];
  readonly defaultScopes: readonly string[];
  readonly tokenEndpointAuthMethod: ClientAuthMethod;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** True for the tenant's own app: its users are not asked for consent. */
  readonly firstParty: boolean;
  readonly accessTokenTtlSeconds: number;
  readonly logoUri: string | null;
  readonly policyUri: string | null;
  /** True if each refresh issues a new refresh token; always true for a public client. */
  readonly refreshRotation: boolean;
  /** True if the app signs platform contexts. */
  readonly platformContext: boolean;
  /** Values of the administrator. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Unix milliseconds. An app can be deleted and its id registered again: grants from before this time belong to a different app. */
  readonly createdAtMs: number;
}

export const appRemovalQuery = tenantQuery.extend({
  dryRun: z.enum(['true', 'false']).optional().meta({
    description:
      'Returns 200 with a report on dependent data. `true`: reports only, and deletes nothing. Without it: 204.',
  }),
});

/** The actual or planned effect of an app's deletion on everything that depends on it. */
export const appRemoval = z
  .object({
    client_id: z.string(),
    removed: z.boolean().meta({ description: 'False after a dry run.' }),
    belongings: z.array(belonging),
  })
  .meta({ id: 'AppRemoval' });
export type AppRemoval = Readonly<z.infer<typeof appRemoval>>;
export type AppRemovalQuery = Readonly<z.infer<typeof appRemovalQuery>>;
