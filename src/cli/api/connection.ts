import { readEnvironment } from '../../kernel/config/environment';
import { CommandFault } from '../command';
import { readText } from '../options';

/** The REST surface that a command calls. */
export type Surface = 'backend' | 'control-plane';

/** The address of the platform and the credentials for it. */
export interface Connection {
  /** The address of the surface, without a trailing slash. */
  readonly url: string;
  readonly credential: { readonly apiKey: string } | { readonly clientId: string; readonly clientSecret: string };
  /** The path of the token endpoint for apps. */
  readonly tokenPath: string;
  /** The scopes that an app requests; `null` for the scopes that the command needs. */
  readonly scopes: readonly string[] | null;
}

/** The characters that a header allows in a bearer token: visible ASCII. */
const TOKEN = /^[\x21-\x7E]+$/;

const text = { type: 'string' } as const;

/** Options of every command that calls the platform. Secrets come from files or the environment, because all users can see arguments. */
export const CONNECTION_OPTIONS = {
  url: text,
  'api-key-file': text,
  'client-id': text,
  'client-secret-file': text,
} as const;

const SURFACES = {
  backend: { variables: ['CPOD_URL', 'CPOD_BASE_URL'], url: 'http://localhost:8000', tokenPath: '/v1/oauth/token' },
  'control-plane': { variables: ['CPOD_CONTROL_PLANE_URL'], url: 'http://localhost:8080', tokenPath: '/oauth/token' },
} as const;

/** Returns the help text for {@link CONNECTION_OPTIONS}. */
export function connectionHelp(surface: Surface): string {
  const { variables, url } = SURFACES[surface];
  const whose = surface === 'backend' ? 'the platform' : 'the control plane';
  const bearer = surface === 'backend' ? 'or another bearer token' : 'an admin token or the service token';
  return `  --url                 address of ${whose} (${variables[0]}; default ${url})
  --api-key-file        file with an API key, ${bearer} (or the value in CPOD_API_KEY)
  --client-id           app that acts with its own token (CPOD_CLIENT_ID), and
  --client-secret-file  file with its secret (or the secret itself in CPOD_CLIENT_SECRET)`;
}

export const CONNECTION_HELP = connectionHelp('backend');

type ConnectionValues = { readonly [Name in keyof typeof CONNECTION_OPTIONS]?: string | undefined };

/** Returns the connection from the options or the environment. Errors: `CommandFault` for an invalid URL or missing credentials. */
export function connectionOf(
  given: ConnectionValues,
  surface: Surface = 'backend',
  environment = readEnvironment(),
): Connection {
  const setting = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const secret = (file: string | undefined, name: string): string | undefined =>
    file === undefined ? setting(name) : readText(file).trim();
  const { variables, url: local, tokenPath } = SURFACES[surface];
  const scopes = setting('CPOD_SCOPE')?.split(/\s+/) ?? null;
  const at = { url: plainUrl(given.url ?? variables.map(setting).find(Boolean) ?? local), tokenPath, scopes };
  const clientId = given['client-id'] ?? setting('CPOD_CLIENT_ID');
  // An app specified in an option takes precedence over an API key in the environment.
  const apiKey =
    given['client-id'] === undefined || given['api-key-file'] !== undefined
      ? secret(given['api-key-file'], 'CPOD_API_KEY')
      : undefined;
  if (apiKey !== undefined) {
    // The error that fetch throws for such a key contains the key, and so would a stack trace.
    if (!TOKEN.test(apiKey)) {
      const where = given['api-key-file'] === undefined ? 'CPOD_API_KEY' : given['api-key-file'];
      throw new CommandFault(
        `The API key in ${where} contains a line break or a character that is not valid in a key. Store only the key there.`,
      );
    }
    return { ...at, credential: { apiKey } };
  }
  const clientSecret = secret(given['client-secret-file'], 'CPOD_CLIENT_SECRET');
  if (clientId !== undefined && clientSecret !== undefined) return { ...at, credential: { clientId, clientSecret } };
  throw new CommandFault(
    'Credentials are missing. Set CPOD_API_KEY, or CPOD_CLIENT_ID and CPOD_CLIENT_SECRET. See --help.',
  );
}

function plainUrl(given: string): string {
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new CommandFault(`"${given}" is not a valid platform address: use http:// or https:// and a host.`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
