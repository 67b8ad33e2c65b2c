import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

/** Address-to-be-allowed, and what a test needs to reach a server of its own. */
export interface FetchJwksOptions {
  readonly isAllowed: (address: string) => boolean;
  /** Certificates trusted besides the system's. */
  readonly ca?: string | undefined;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
const LIMIT_BYTES = 64 * 1024;

/**
 * Gets the text at an app's `jwks_uri`. An app's administrator chooses the URI, so this process must not be made to
 * speak with what only it can reach: https only, every address of the name must be allowed, and the connection goes to
 * the very address that was checked. No redirects, 5 s in all, 64 KiB. Rejects with what was wrong.
 */
export function fetchJwks(uri: string, options: FetchJwksOptions): Promise<string> {
  const url = new URL(uri);
  if (url.protocol !== 'https:') return Promise.reject(new Error('jwks_uri is not https.'));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // An address is connected to without any look-up, and so has to be judged here.
  if (isIP(host) !== 0 && !options.isAllowed(host)) return Promise.reject(forbidden(host));
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, {
      lookup: guardedLookup(options.isAllowed),
      signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
      // A connection of its own: a pooled one would skip the look-up.
      agent: false,
      headers: { Accept: 'application/jwk-set+json, application/json' },
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      if (response.statusCode !== 200) {
        request.destroy(new Error(`jwks_uri answered ${response.statusCode ?? 0}.`));
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > LIMIT_BYTES) request.destroy(new Error(`jwks_uri has more than ${LIMIT_BYTES} bytes.`));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve(Buffer.concat(chunks).toString('utf8'));
      });
    });
    request.end();
  });
}

/** A look-up that fails when any address of the name is not allowed: one that may be picked later is picked sometime. */
function guardedLookup(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { family: options.family ?? 0, hints: options.hints ?? 0, all: true }, (error, addresses) => {
      const refused = error ?? refusal(addresses, isAllowed);
      if (refused) {
        callback(refused, '', 0);
        return;
      }
      const [first] = addresses;
      if (options.all === true) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}

function refusal(addresses: readonly LookupAddress[], isAllowed: (address: string) => boolean): Error | null {
  const bad = addresses.find(({ address }) => !isAllowed(address));
  if (bad) return forbidden(bad.address);
  return addresses.length === 0 ? new Error('The host of jwks_uri has no address.') : null;
}

function forbidden(address: string): Error {
  return new Error(`jwks_uri leads to ${address}, which is not public.`);
}
