import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type AddressRule, ForbiddenAddress, guardedLookup } from './ssrf-guarded-lookup';
import { withoutBrackets } from './host';
import { isPublicAddress } from './public-address';

export interface GuardedRequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Time limit for the whole request, including redirects. */
  readonly timeoutMs: number;
  /** Aborts the request. */
  readonly signal?: AbortSignal;
  /** Maximum size of the response body. */
  readonly limitBytes: number;
  /** `true` allows only HTTPS. */
  readonly httpsOnly: boolean;
  /** Maximum number of redirects to follow, each checked like the first URL; only for GET and HEAD. */
  readonly maxRedirects: number;
  /** Defaults to public addresses only. */
  readonly isAllowed?: AddressRule;
  /** Certificates of the trusted authorities, instead of the system's. */
  readonly ca?: string | undefined;
}

export interface GuardedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Thrown when a request does not get a complete response in time. */
export class LateAnswer extends Error {
  constructor(readonly timeoutMs: number) {
    super(`The server did not send a complete response within ${timeoutMs / 1_000} seconds.`);
    this.name = 'LateAnswer';
  }
}

/** Headers that only the first host is allowed to receive. */
const CREDENTIALS = new Set(['authorization', 'cookie', 'proxy-authorization']);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * The SSRF guard for outgoing requests: sends a request to a server whose URL comes from an untrusted source (a `jwks_uri` or a webhook).
 * This process can reach more hosts than the party that chose the URL, so that party must not be able to use it as a proxy. Every address
 * of the name must be allowed, the connection goes to exactly the checked address, and each redirect is checked again. Rejects with an
 * error whose message omits the URL: `ForbiddenAddress` for a host that is not public, {@link LateAnswer} after the time limit, or the
 * signal's reason if it aborted.
 */
export async function guardedRequest(url: URL, options: GuardedRequestOptions): Promise<GuardedAnswer> {
  const late = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? late : AbortSignal.any([late, options.signal]);
  try {
    return await followed(url, options, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    // Throws the reason for the first abort. Node's own error does not identify the reason.
    throw signal.reason === late.reason ? new LateAnswer(options.timeoutMs) : signal.reason;
  }
}

async function followed(url: URL, options: GuardedRequestOptions, signal: AbortSignal): Promise<GuardedAnswer> {
  const method = options.method ?? 'GET';
  let { headers = {} } = options;
  let at = url;
  for (let hops = 0; ; hops++) {
    const answer = await requestOnce(at, { ...options, method, headers }, signal);
    const { location } = answer.headers;
    const mayFollow = (method === 'GET' || method === 'HEAD') && options.maxRedirects > 0;
    if (!mayFollow || location === undefined || !REDIRECTS.has(answer.status)) return answer;
    if (hops === options.maxRedirects) throw new Error(`There are more than ${options.maxRedirects} redirects.`);
    const next = URL.parse(location, at.href);
    if (next === null) throw new Error('The location of a redirect is not a valid URL.');
    if (next.origin !== at.origin) headers = withoutCredentials(headers);
    at = next;
  }
}

function requestOnce(
  url: URL,
  options: GuardedRequestOptions & Required<Pick<GuardedRequestOptions, 'method' | 'headers'>>,
  signal: AbortSignal,
): Promise<GuardedAnswer> {
  const { isAllowed = isPublicAddress, method, headers, limitBytes, ca } = options;
  if (url.protocol !== 'https:' && (options.httpsOnly || url.protocol !== 'http:')) {
    return Promise.reject(new Error(options.httpsOnly ? 'The URL is not https.' : 'The URL is not http.'));
  }
  if (url.username !== '' || url.password !== '') return Promise.reject(new Error('The URL contains credentials.'));
  const host = withoutBrackets(url.hostname);
  // Node connects to an IP address without a lookup, so the address must be checked here.
  if (isIP(host) !== 0 && !isAllowed(host)) return Promise.reject(new ForbiddenAddress(host));
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      method,
      headers,
      lookup: guardedLookup(isAllowed),
      signal,
      // Uses a separate connection, because a pooled connection would skip the lookup.
      agent: false,
      ca,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      collect(response, limitBytes).then(
        (body) => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        },
        (error: Error) => {
          request.destroy();
          reject(error);
        },
      );
    });
    request.end(options.body);
  });
}

async function collect(response: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw new Error(`The response has more than ${limitBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !CREDENTIALS.has(name.toLowerCase())));
}
