import { readEnvironment } from '../../kernel/config/environment';
import { CommandFault } from '../command';
import { readText } from '../options';

/** How a command comes to the platform, and as whom. */
export interface Connection {
  /** Of the backend, without a slash at its end. */
  readonly url: string;
  readonly credential: { readonly apiKey: string } | { readonly clientId: string; readonly clientSecret: string };
}

const text = { type: 'string' } as const;

/** Options of every command that asks the platform; secrets come by file or environment, as all users see what is typed. */
export const CONNECTION_OPTIONS = {
  url: text,
  'api-key-file': text,
  'client-id': text,
  'client-secret-file': text,
} as const;

/** What the help of such a command says of them. */
export const CONNECTION_HELP = `  --url                 address of the platform (CPOD_URL; http://localhost:8000 without)
  --api-key-file        file with an API key (or the key itself in CPOD_API_KEY)
  --client-id           app that acts with a token of its own (CPOD_CLIENT_ID), and
  --client-secret-file  file with its secret (or the secret itself in CPOD_CLIENT_SECRET)`;

const DEFAULT_URL = 'http://localhost:8000';

type Given = { readonly [Name in keyof typeof CONNECTION_OPTIONS]?: string | undefined };

/** What options say, else the environment. Errors: `CommandFault` for what is no URL, or when nobody is named. */
export function connectionOf(given: Given, environment = readEnvironment()): Connection {
  const setting = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const secret = (file: string | undefined, name: string): string | undefined =>
    file === undefined ? setting(name) : readText(file).trim();
  const url = plainUrl(given.url ?? setting('CPOD_URL') ?? DEFAULT_URL);
  const clientId = given['client-id'] ?? setting('CPOD_CLIENT_ID');
  // Whoever names an app means it, whatever key is lying about.
  const apiKey =
    given['client-id'] === undefined || given['api-key-file'] !== undefined
      ? secret(given['api-key-file'], 'CPOD_API_KEY')
      : undefined;
  if (apiKey !== undefined) return { url, credential: { apiKey } };
  const clientSecret = secret(given['client-secret-file'], 'CPOD_CLIENT_SECRET');
  if (clientId !== undefined && clientSecret !== undefined) return { url, credential: { clientId, clientSecret } };
  throw new CommandFault(
    'Say who you are: an API key in CPOD_API_KEY, or an app in CPOD_CLIENT_ID and CPOD_CLIENT_SECRET (--help tells more).',
  );
}

function plainUrl(given: string): string {
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new CommandFault(`"${given}" is not the address of a platform: it is http:// or https:// and a host.`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
