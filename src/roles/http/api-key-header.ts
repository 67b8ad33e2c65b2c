import type { IncomingMessage } from 'node:http';
import type { RawRequest } from '../../kernel/http/request-listener';

const API_KEY = /^cpod_\w{1,256}$/;
const BEARER_API_KEY = /^Bearer +cpod_/i;

/** Returns the API key from the `X-API-Key` header, which existing clients send to the control plane; `null` if the header is missing. */
export function apiKeyHeader({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  const value = headers['x-api-key'];
  return typeof value === 'string' && API_KEY.test(value) ? value : null;
}

/** Returns whether a request has an API key, valid or not: failed attempts are counted on every route. */
export function showsApiKey({ request: { headers } }: Pick<RawRequest, 'request'>): boolean {
  return headers['x-api-key'] !== undefined || BEARER_API_KEY.test(headers.authorization ?? '');
}
