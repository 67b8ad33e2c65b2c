import type { CustomFetch } from 'openid-client';
import { addressRule } from '../../../kernel/network/public-address';
import { type UrlRules, urlFault } from '../../../kernel/network/receiver-url';
import { guardedRequest } from '../../../kernel/network/ssrf-guarded-request';

/** Maximum size of a provider's response. Metadata and key sets have a few kilobytes. */
const LIMIT_BYTES = 256 * 1024;
/** Statuses whose responses have no body (Fetch §2.2.6). */
const WITHOUT_BODY = new Set([101, 103, 204, 205, 304]);

/** The limits on requests to identity providers. */
export interface UpstreamLimits {
  readonly rules: UrlRules;
  /** Time limit for each response. */
  readonly timeoutMs: number;
}

/** Thrown for a URL in a provider's metadata to which this process must not connect. */
export class ForbiddenUrl extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ForbiddenUrl';
  }
}

/**
 * Returns the `fetch` for requests to identity providers, whose URLs come from tenants and from the providers' own metadata. The SSRF guard
 * checks every address. Redirects are not followed, because the response to a token request must come from the endpoint itself.
 */
export function guardedFetch({ rules, timeoutMs }: UpstreamLimits): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    const fault = urlFault(url, rules);
    if (fault !== null) throw new ForbiddenUrl(fault.message);
    const answer = await guardedRequest(new URL(url), {
      method,
      // GitHub refuses requests without a user agent.
      headers: { 'user-agent': 'CoreSDK', ...headers },
      ...bodyOf(body),
      timeoutMs,
      ...(signal === undefined ? {} : { signal }),
      limitBytes: LIMIT_BYTES,
      httpsOnly: !rules.mayBePlain,
      maxRedirects: 0,
      isAllowed: addressRule(rules.mayBePrivate),
    });
    const received = new Headers();
    for (const [name, value] of Object.entries(answer.headers)) {
      for (const one of Array.isArray(value) ? value : [value ?? '']) received.append(name, one);
    }
    const content = WITHOUT_BODY.has(answer.status) ? null : new Uint8Array(answer.body);
    return new Response(content, { status: answer.status, headers: received });
  };
}

function bodyOf(body: unknown): { readonly body?: string } {
  if (body === null || body === undefined) return {};
  if (typeof body === 'string') return { body };
  if (body instanceof URLSearchParams) return { body: body.toString() };
  throw new TypeError('This request has a body of an unknown type.');
}
