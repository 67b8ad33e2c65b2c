import { z } from 'zod';
import { AppError, type FieldError } from '../../../kernel/errors/app-error';
import { type App, type AppType, newApp, type NewApp } from '../../apps/contract/apps.types';
import type { ClientInformation, ClientMetadata } from '../contract/client-registration.types';
import { destinationOf } from './redirect-uri';

const texts = z.array(z.string().max(2_048)).max(50);

/** The supported members (RFC 7591 §2, OpenID Connect Registration §2); other members are ignored. */
const understood = z.object({
  redirect_uris: texts.default([]),
  application_type: z.enum(['web', 'native']).optional(),
  token_endpoint_auth_method: z.string().max(100).default('client_secret_basic'),
  grant_types: texts.default(['authorization_code']),
  response_types: texts.default(['code']),
  client_name: newApp.shape.name.optional(),
  scope: z.string().max(8_192).optional(),
  logo_uri: z.string().max(2_048).optional(),
  policy_uri: z.string().max(2_048).optional(),
  jwks_uri: z.string().max(2_048).optional(),
  jwks: z.unknown().optional(),
  software_statement: z.undefined('is not supported').optional(),
});
type Understood = z.infer<typeof understood>;

/** Grant types that a self-registering app can request. Such an app acts only for users, who are asked for consent. */
const GRANTS: readonly string[] = ['authorization_code', 'refresh_token'];

/**
 * Converts client metadata to an app. @param allowed the scopes that the app can declare; it gets all of them if the metadata does not name
 * any.
 * Errors: `invalid_redirect_uri` and `invalid_client_metadata` (RFC 7591 §3.2.2), with the invalid members.
 */
export function appOfMetadata(metadata: ClientMetadata, allowed: readonly string[]): NewApp {
  const asked = judged(understood.safeParse(metadata));
  assertCode(asked);
  return judged(
    newApp.safeParse({
      name: asked.client_name ?? nameOf(asked),
      app_type: appTypeOf(asked),
      declared_scopes: scopesOf(asked, allowed),
      default_scopes: scopesOf(asked, allowed),
      grant_types: asked.grant_types,
      redirect_uris: asked.redirect_uris,
      token_endpoint_auth_method: asked.token_endpoint_auth_method,
      logo_uri: asked.logo_uri ?? null,
      policy_uri: asked.policy_uri ?? null,
      jwks: asked.jwks ?? null,
      jwks_uri: asked.jwks_uri ?? null,
    }),
  );
}

/** Converts an error from the apps module to the terms of RFC 7591. */
export function asMetadataError(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.code === 'invalid_scope') return new AppError('invalid_client_metadata', error.message);
  return error.code === 'invalid_request' ? metadataError(error.message, error.fields) : error;
}

/** Returns the client information of a registered app. @param secret present only in the response to the app's registration. */
export function informationOf(
  app: App,
  { token, uri, secret }: { readonly token: string; readonly uri: string; readonly secret?: string | undefined },
): ClientInformation {
  return {
    client_id: app.client_id,
    client_id_issued_at: Math.floor(Date.parse(app.created_at) / 1_000),
    ...(secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
    registration_access_token: token,
    registration_client_uri: uri,
    client_name: app.name,
    application_type: app.app_type === 'native' ? 'native' : 'web',
    redirect_uris: app.redirect_uris,
    grant_types: app.grant_types,
    response_types: ['code'],
    token_endpoint_auth_method: app.token_endpoint_auth_method,
    scope: app.declared_scopes.join(' '),
    ...(app.logo_uri === null ? {} : { logo_uri: app.logo_uri }),
    ...(app.policy_uri === null ? {} : { policy_uri: app.policy_uri }),
    ...(app.jwks === null ? {} : { jwks: app.jwks }),
    ...(app.jwks_uri === null ? {} : { jwks_uri: app.jwks_uri }),
  };
}

function assertCode({ grant_types: grants, response_types: responses }: Understood): void {
  const other = grants.find((grant) => !GRANTS.includes(grant));
  if (other !== undefined)
    throw fault('grant_types', `An app that registers itself can only have ${GRANTS.join(' and ')}.`);
  if (!grants.includes('authorization_code')) throw fault('grant_types', 'authorization_code is required.');
  if (responses.some((response) => response !== 'code')) throw fault('response_types', 'Only "code" is supported.');
}

/**
 * Returns the app type. RFC 8252: an app with a loopback address or its own scheme runs on the user's machine and cannot keep a secret. An
 * app with any other http address is refused, regardless of its type.
 */
function appTypeOf({
  application_type: type,
  token_endpoint_auth_method: proof,
  redirect_uris: uris,
}: Understood): AppType {
  if (proof !== 'none') return 'web';
  return type === 'native' || (uris.length > 0 && uris.every((uri) => !uri.startsWith('https:'))) ? 'native' : 'spa';
}

function scopesOf({ scope, grant_types: grants }: Understood, allowed: readonly string[]): readonly string[] {
  const asked = scope === undefined ? [] : [...new Set(scope.split(' ').filter((name) => name !== ''))];
  const wanted = asked.length === 0 ? allowed : asked;
  const beyond = wanted.find((name) => !allowed.includes(name));
  if (beyond !== undefined) {
    throw fault('scope', `The scope "${beyond.slice(0, 128)}" is not available to apps that register themselves.`);
  }
  return grants.includes('refresh_token') ? wanted : wanted.filter((name) => name !== 'offline_access');
}

/** Returns the display name of an app without a name: the destination of its responses. */
function nameOf({ redirect_uris: [uri = ''] }: Understood): string {
  return URL.canParse(uri) ? destinationOf(uri) : 'An app without a name';
}

function judged<T>(
  result: { readonly success: true; readonly data: T } | { readonly success: false; readonly error: z.ZodError },
): T {
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path, message, code }) => ({
    pointer: path.map((part) => `/${String(part)}`).join(''),
    code,
    message,
  }));
  throw metadataError(`${fields[0]?.pointer ?? ''} ${fields[0]?.message ?? ''}`, fields);
}

function fault(member: string, message: string): AppError {
  return metadataError(`${member}: ${message}`, [{ pointer: `/${member}`, code: 'not_allowed', message }]);
}

function metadataError(message: string, fields: readonly FieldError[]): AppError {
  const isUri = fields.length > 0 && fields.every(({ pointer }) => pointer.startsWith('/redirect_uris'));
  return new AppError(isUri ? 'invalid_redirect_uri' : 'invalid_client_metadata', message, { fields });
}
