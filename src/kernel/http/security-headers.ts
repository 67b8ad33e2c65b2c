import type { ServerResponse } from 'node:http';
import type { RequestState } from './request-state';

/** The headers on every answer of a REST surface. The policy is for JSON: pages set their own. */
export function setCommonHeaders(response: ServerResponse, state: RequestState): void {
  response.setHeader('X-Request-Id', state.requestId);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
}
