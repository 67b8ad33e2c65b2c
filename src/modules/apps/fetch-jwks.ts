import { guardedRequest, type GuardedRequestOptions } from '../../kernel/network/ssrf-guarded-request';

/** Options that let a test reach its own server. */
export type FetchJwksOptions = Partial<Pick<GuardedRequestOptions, 'isAllowed' | 'ca' | 'timeoutMs'>>;

const TIMEOUT_MS = 5_000;
const LIMIT_BYTES = 64 * 1024;

/**
 * Fetches the JSON at an app's `jwks_uri`, which an app's administrator chooses: https only, public addresses only, no redirects, 5 s in
 * total, 64 KiB. Rejects with the reason.
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
