import type { BundleKey } from '../../bundle/signature.js';
import { ALGORITHMS } from '../../builtins/jwt/algorithms.js';
import type { Section } from './section.js';

/** A server that provides bundles or receives decision logs. */
export interface ServiceConfig {
  readonly name: string;
  /** The URL without a trailing slash. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bearer: BearerCredentials | null;
  readonly timeoutMs: number;
}

/** RFC 6750 bearer token. */
export interface BearerCredentials {
  readonly scheme: string;
  readonly token: string | null;
  /** A file that contains the token. It is read for each request. */
  readonly tokenPath: string | null;
}

const DEFAULT_TIMEOUT_SECONDS = 10;

export function readServices(root: Section): readonly ServiceConfig[] {
  return root.sections('services').map(([name, section]) => {
    const url = section.text('url');
    if (url === undefined || !URL.canParse(url) || !/^https?:/.test(url))
      throw section.error('url', 'must be an http(s) URL');
    // Rejected because error messages include the URL.
    if (new URL(url).password !== '' || new URL(url).username !== '')
      throw section.error('url', 'must not contain a user or a password: use `credentials`');
    if (section.flag('allow_insecure_tls'))
      throw section.error(
        'allow_insecure_tls',
        'is not supported: trust the certificate instead (NODE_EXTRA_CA_CERTS)',
      );
    if (section.has('tls'))
      throw section.error('tls', 'is not supported: trust the certificate instead (NODE_EXTRA_CA_CERTS)');
    if (section.text('type') !== undefined) throw section.error('type', 'is not supported: services speak plain HTTP');
    const seconds = section.number('response_header_timeout_seconds', 0, 3_600) ?? DEFAULT_TIMEOUT_SECONDS;
    return {
      name,
      url: url.replace(/\/+$/, ''),
      headers: readHeaders(section),
      bearer: readBearer(section),
      timeoutMs: seconds * 1_000,
    };
  });
}

function readHeaders(section: Section): Readonly<Record<string, string>> {
  const headers = section.section('headers');
  return Object.fromEntries(headers.names().map((name) => [name, headers.text(name) ?? '']));
}

function readBearer(section: Section): BearerCredentials | null {
  const credentials = section.section('credentials');
  const other = credentials.names().find((name) => name !== 'bearer');
  if (other !== undefined) throw credentials.error(other, 'is not supported: use `bearer`');
  if (!credentials.has('bearer')) return null;
  const bearer = credentials.section('bearer');
  const token = bearer.text('token') ?? null;
  const tokenPath = bearer.text('token_path') ?? null;
  if ((token === null) === (tokenPath === null)) throw bearer.error('token', 'give either `token` or `token_path`');
  return { scheme: bearer.text('scheme') ?? 'Bearer', token, tokenPath };
}

/** Reads the public keys that verify bundle signatures. */
export function readKeys(root: Section): readonly BundleKey[] {
  return root.sections('keys').map(([id, section]) => {
    const algorithm = section.text('algorithm') ?? 'RS256';
    if (!ALGORITHMS.has(algorithm))
      throw section.error('algorithm', `must be one of ${[...ALGORITHMS.keys()].join(', ')}`);
    const key = section.text('key');
    if (key === undefined) throw section.error('key', 'is missing');
    return { id, algorithm, key, scope: section.text('scope') ?? null };
  });
}
