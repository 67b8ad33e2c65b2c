import type { AuthorizationStep } from '../contract/authorization.types';

/** How an answer reaches the client. `fragment` is for flows that do not exist here. */
export type ResponseMode = 'query' | 'form_post';

/** Where the answer to an authorization request goes, once client and URI are known to be good. */
export interface AnswerTarget {
  readonly redirectUri: string;
  readonly responseMode: ResponseMode;
  /** Given back as it came (RFC 6749 §4.1.2); `undefined` when there was none, or several. */
  readonly state: string | undefined;
  readonly issuer: string;
}

/** The answer by the redirect URI, with `state`, and `iss` against mix-up (RFC 9207 §2). */
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

/** RFC 6749 §3.1.2: a query that the URI has is kept, and the URI itself is not rewritten. */
export function withQuery(uri: string, fields: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(fields).toString();
  return uri + (uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : '?') + query;
}
