import { guardedRequest, type GuardedRequestOptions } from '../../kernel/network/ssrf-guarded-request';

/** Options that let a test reach its own server. */
export type FetchJwksOptions = Partial<Pick<GuardedRequestOptions, 'isAllowed' | 'ca' | 'timeoutMs'>>;

const TIMEOUT_MS = 5_000;
const LIMIT_BYTES = 64 * 1024;

/**
 * Fetches the JSON at an app's `jwks_uri`. Because the app's administrator chooses this URI, only https and public addresses are allowed,
 * redirects are not followed, and the limits are 5 s in total and 64 KiB. Rejects with the reason.
 */
export async function fetchJwks(uri: string, options: FetchJwksOptions = {}): Promise<string> {
  const { status, body } = await guardedRequest(new URL(uri), {
    headers: { Accept: 'application/jwk-set+json, application/json' },
    timeoutMs: TIMEOUT_MS,
    limitBytes: LIMIT_BYTES,
    httpsOnly: true,
    maxRedirects: 0,
    ...options,
  });
  if (status !== 200) throw new Error(`jwks_uri responded with ${status}.`);
  return body.toString('utf8');
}
