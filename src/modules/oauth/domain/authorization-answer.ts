import type { AuthorizationStep } from '../contract/authorization.types';

/** The method for sending a response to the client. `fragment` is for flows that are not supported. */
export type ResponseMode = 'query' | 'form_post';

/** The destination of an authorization response, once the client and the URI are known to be valid. */
export interface AnswerTarget {
  readonly redirectUri: string;
  readonly responseMode: ResponseMode;
  /** Returned unchanged (RFC 6749 §4.1.2); `undefined` if the request had no state, or more than one. */
  readonly state: string | undefined;
  readonly issuer: string;
}

/** Returns the response through the redirect URI, with `state`, and with `iss` to prevent mix-up attacks (RFC 9207 §2). */
export function authorizationAnswer(
  target: AnswerTarget,
  members: Readonly<Record<string, string>>,
): Extract<AuthorizationStep, { step: 'redirect' | 'form_post' }> {
  const fields = {
    ...members,
    ...(target.state === undefined ? {} : { state: target.state }),
    iss: target.issuer,
  };
  if (target.responseMode === 'form_post') return { step: 'form_post', action: target.redirectUri, fields };
  return { step: 'redirect', location: withQuery(target.redirectUri, fields) };
}

/** Adds fields to the query of a URI. Keeps an existing query and does not rewrite the URI itself (RFC 6749 §3.1.2). */
export function withQuery(uri: string, fields: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(fields).toString();
  return uri + (uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : '?') + query;
}
