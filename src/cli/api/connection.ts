import type { Environment } from '../../kernel/config/config-section';
import { readEnvironment } from '../../kernel/config/environment';
import { CommandFault } from '../command';
import { chosenContext, type NamedContext } from '../contexts/contexts';
import { readText } from '../options';
import { SignIn } from '../sign-in/sign-in';

/** The REST surface that a command calls. */
export type Surface = 'backend' | 'control-plane';

/** Proof of who calls: an API key or another bearer token, an app, or a person who is signed in. */
export type Credential =
  | { readonly apiKey: string }
  | { readonly clientId: string; readonly clientSecret: string }
  | { readonly signIn: SignIn };

/** The address of the platform and the credentials for it. */
export interface Connection {
  /** The address of the surface, without a trailing slash. */
  readonly url: string;
  readonly credential: Credential;
  /** The path of the token endpoint for apps. */
  readonly tokenPath: string;
  /** The scopes that an app requests; `null` for the scopes that the command needs. */
  readonly scopes: readonly string[] | null;
  /** Slug or ID of the tenant in the context; `null` if the credentials come from options or variables. */
  readonly tenant: string | null;
}

/** The characters that a header allows in a bearer token: visible ASCII. */
const TOKEN = /^[\x21-\x7E]+$/;

const text = { type: 'string' } as const;

/** Options of every command that calls the platform. Secrets come from files or the environment, because all users can see arguments. */
export const CONNECTION_OPTIONS = {
  url: text,
  context: text,
  'api-key-file': text,
  'client-id': text,
  'client-secret-file': text,
} as const;

export const SURFACES = {
  backend: { variables: ['CPOD_URL', 'CPOD_BASE_URL'], url: 'http://localhost:8000', tokenPath: '/v1/oauth/token' },
  'control-plane': { variables: ['CPOD_CONTROL_PLANE_URL'], url: 'http://localhost:8080', tokenPath: '/oauth/token' },
} as const;

/** Returns the help text for {@link CONNECTION_OPTIONS}. */
export function connectionHelp(surface: Surface): string {
  const { variables, url } = SURFACES[surface];
  const whose = surface === 'backend' ? 'the platform' : 'the control plane';
  const bearer = surface === 'backend' ? 'or another bearer token' : 'an admin token or the service token';
  return `  --context             context of "coresdk login" (CPOD_CONTEXT; default: the current context)
  --url                 address of ${whose} (${variables[0]}; default: that of the context, or ${url})
  --api-key-file        file with an API key, ${bearer} (or the value in CPOD_API_KEY)
  --client-id           app that acts with its own token (CPOD_CLIENT_ID), and
  --client-secret-file  file with its secret (or the secret itself in CPOD_CLIENT_SECRET)`;
}

export const CONNECTION_HELP = connectionHelp('backend');

type ConnectionValues = { readonly [Name in keyof typeof CONNECTION_OPTIONS]?: string | undefined };
type Setting = (name: string) => string | undefined;

/**
 * Returns the connection. Options override variables, and variables override the context. Errors: `CommandFault` for an invalid URL, an
 * unknown context or missing credentials.
 */
export function connectionOf(
  given: ConnectionValues,
  surface: Surface = 'backend',
  environment: Environment = readEnvironment(),
): Connection {
  const setting: Setting = (name) => environment[name]?.trim() || undefined;
  const { variables, url: local, tokenPath } = SURFACES[surface];
  const credential = givenCredential(given, setting);
  const address = given.url ?? variables.map(setting).find(Boolean);
  // Scripts that set everything do not depend on a person's files.
  const needsContext = given.context !== undefined || credential === null || address === undefined;
  const context = needsContext ? chosenContext(given.context, environment) : null;
  const url = plainUrl(address ?? (context === null ? local : addressIn(context, surface)));
  const scopes = setting('CPOD_SCOPE')?.split(/\s+/) ?? null;
  // Credentials from elsewhere need not belong to the tenant of the context.
  const tenant = credential === null ? (context?.tenant ?? null) : null;
  return { url, tokenPath, scopes, tenant, credential: credential ?? credentialIn(context, url, environment) };
}

/** Option of the commands whose path contains the tenant. */
export const TENANT_OPTION = { tenant: text } as const;

export const TENANT_HELP = '  --tenant              ID or slug of the tenant (default: the tenant of the context)';

/** Returns the tenant in `--tenant`, or the tenant of the context. Errors: `CommandFault` if neither names one. */
export function tenantOf(option: string | undefined, { tenant }: Pick<Connection, 'tenant'>): string {
  const named = option ?? tenant;
  if (named === null) {
    throw new CommandFault('Name the tenant: use --tenant <ID or slug>, or sign in to it with "coresdk login".', true);
  }
  if (named.trim() === '') throw new CommandFault('--tenant must not be empty.', true);
  return named;
}

/** Returns the credential that options or variables name; `null` if they name none. */
function givenCredential(given: ConnectionValues, setting: Setting): Credential | null {
  const secret = (file: string | undefined, name: string): string | undefined =>
    file === undefined ? setting(name) : readText(file).trim();
  const { 'api-key-file': keyFile, 'client-id': ownClientId, 'client-secret-file': secretFile } = given;
  // An app specified in an option takes precedence over an API key in the environment.
  if (ownClientId === undefined || keyFile !== undefined) {
    const apiKey = secret(keyFile, 'CPOD_API_KEY');
    if (apiKey !== undefined) return { apiKey: checkedKey(apiKey, keyFile ?? 'CPOD_API_KEY') };
  }
  const clientId = ownClientId ?? setting('CPOD_CLIENT_ID');
  const clientSecret = secret(secretFile, 'CPOD_CLIENT_SECRET');
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret };
  if (ownClientId === undefined && secretFile === undefined) return null;
  throw new CommandFault('An app needs both --client-id and --client-secret-file, or their variables. See --help.');
}

/** Returns the key. @param where the file or the variable that contains it. */
function checkedKey(apiKey: string, where: string): string {
  if (TOKEN.test(apiKey)) return apiKey;
  // The error that fetch throws for such a key contains the key, and so would a stack trace.
  throw new CommandFault(
    `The API key in ${where} contains a line break or a character that is not valid in a key. Store only the key there.`,
  );
}

function addressIn({ name, url, controlPlaneUrl }: NamedContext, surface: Surface): string {
  if (surface === 'backend') return url;
  if (controlPlaneUrl !== null) return controlPlaneUrl;
  throw new CommandFault(
    `The context "${name}" has no control plane, which this command calls. Add its address: coresdk login --context ${name} --control-plane-url <address>`,
  );
}

function credentialIn(context: NamedContext | null, url: string, environment: Environment): Credential {
  if (context === null) {
    throw new CommandFault(
      'Credentials are missing. Run "coresdk login", or set CPOD_API_KEY, or CPOD_CLIENT_ID and CPOD_CLIENT_SECRET. See --help.',
    );
  }
  const { name, signIn } = context;
  // The tokens and secrets of one installation must not reach another one.
  if (url !== context.url && url !== context.controlPlaneUrl) {
    throw new CommandFault(
      `The credentials of the context "${name}" are for ${context.url}, not for ${url}. Remove --url or its variable, choose another --context, or set credentials for ${url}.`,
    );
  }
  switch (signIn.by) {
    case 'browser':
      return { signIn: new SignIn(name, environment) };
    case 'api-key':
      return { apiKey: checkedKey(readText(signIn.file).trim(), signIn.file) };
    case 'app':
      return { clientId: signIn.clientId, clientSecret: readText(signIn.secretFile).trim() };
  }
}

/** Returns an address without a trailing slash. Errors: `CommandFault` unless it is an http or https URL without credentials or a query. */
export function plainUrl(given: string): string {
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new CommandFault(`"${given}" is not a valid platform address: use http:// or https:// and a host.`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
