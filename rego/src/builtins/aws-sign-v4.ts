import { createHash, createHmac } from 'node:crypto';
import { Buffer } from 'buffer';
import { bytesOfString } from '../values/bytes.js';
import { compareStrings } from '../values/compare.js';

export interface AwsCredentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  readonly service: string;
  readonly sessionToken: string;
}

export interface RequestToSign {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface SignedHeaders {
  readonly authorization: string;
  /** `host`, `x-amz-date` and any headers that the service requires. */
  readonly awsHeaders: ReadonlyMap<string, string>;
}

/** Headers that proxies can change. */
const UNSIGNED_HEADERS = new Set(['authorization', 'user-agent', 'x-amzn-trace-id']);
const SERVICES_WITH_CONTENT_HASH = new Set(['s3', 'glacier']);
const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Returns an AWS Signature Version 4 as OPA computes it: header values in the request also override the values that the signature adds,
 * and the path is signed as written. `date` is the time of signing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export function signV4(
  request: RequestToSign,
  credentials: AwsCredentials,
  date: Date,
  disablePayloadSigning: boolean,
): SignedHeaders {
  const url = parseRequestUrl(request.url);
  const timestamp = `${date.toISOString().replace(/[-:]|\.\d+Z$/g, '')}Z`;
  const contentHash = disablePayloadSigning ? 'UNSIGNED-PAYLOAD' : sha256(request.body);
  const awsHeaders = headersOf(url.host, timestamp, contentHash, credentials);
  const headers = new Map(awsHeaders);
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (!UNSIGNED_HEADERS.has(lower)) {
      headers.set(lower, value);
    }
  }
  const names = [...headers.keys()].sort(compareStrings);
  const canonicalRequest = [
    request.method,
    url.path,
    url.query,
    ...names.map((name) => `${name}:${headers.get(name) ?? ''}`),
    '',
    names.join(';'),
    contentHash,
  ].join('\n');
  return { authorization: authorize(canonicalRequest, names, timestamp, credentials), awsHeaders };
}

function headersOf(
  host: string,
  timestamp: string,
  contentHash: string,
  { service, sessionToken }: AwsCredentials,
): Map<string, string> {
  const headers = new Map([
    ['host', host],
    ['x-amz-date', timestamp],
  ]);
  if (SERVICES_WITH_CONTENT_HASH.has(service)) {
    headers.set('x-amz-content-sha256', contentHash);
  }
  if (sessionToken !== '') {
    headers.set('x-amz-security-token', sessionToken);
  }
  return headers;
}

function authorize(
  canonicalRequest: string,
  names: readonly string[],
  timestamp: string,
  { accessKey, secretKey, region, service }: AwsCredentials,
): string {
  const day = timestamp.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const textToSign = [ALGORITHM, timestamp, scope, sha256(canonicalRequest)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    `AWS4${secretKey}`,
  );
  const signature = createHmac('sha256', key).update(textToSign).digest('hex');
  return `${ALGORITHM} Credential=${accessKey}/${scope},SignedHeaders=${names.join(';')},Signature=${signature}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(bytesOfString(text)).digest('hex');
}

/** The parts of a URL that a signature covers, as Go's `net/url` returns them. */
interface RequestUrl {
  readonly host: string;
  /** The path, unchanged if its escapes are valid, and otherwise escaped. */
  readonly path: string;
  readonly query: string;
}

const URL_SHAPE = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/;
const VALID_PATH = /^(?:[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]]|%[0-9A-Fa-f]{2})*$/;
const UNESCAPED = /^[A-Za-z0-9\-_.~$&+,/:;=@]$/;

/** Parses a URL without normalizing it, unlike the WHATWG parser: a missing path does not become `/`, and the host keeps its case. */
export function parseRequestUrl(url: string): RequestUrl {
  const [, authority = '', path = '', query = ''] = URL_SHAPE.exec(url) ?? [];
  return { host: authority.slice(authority.lastIndexOf('@') + 1), path: escapePath(path), query };
}

function escapePath(path: string): string {
  return VALID_PATH.test(path) ? path : Array.from(path, escapeCharacter).join('');
}

function escapeCharacter(character: string): string {
  if (UNESCAPED.test(character)) {
    return character;
  }
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
