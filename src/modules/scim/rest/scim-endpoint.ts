import { AppError } from '../../../kernel/errors/app-error';
import type { ErrorShape } from '../../../kernel/http/errors/error-shape';
import { type RawRequest, sendAnswer } from '../../../kernel/http/request-listener';
import { readJsonBody } from '../../../kernel/http/body/read-json-body';
import { claimedClient } from '../../../kernel/limits/claimed-client';
import type { EntryGate } from '../../../kernel/limits/entry-gate';
import type { ScimPort } from '../contract/scim.port';
import { routeOf } from '../contract/scim-routes';
import { type ScimAnswer, type ScimMethod, type ScimRequest, SCIM_LIMITS } from '../contract/scim.types';
import { scimFault } from '../contract/scim-fault';

/** Path of SCIM on both surfaces. */
export const SCIM_PATH = 'scim/v2';

const MEDIA_TYPES = ['application/scim+json', 'application/json'];
const CONTENT_TYPE = 'application/scim+json; charset=utf-8';
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;
const API_KEY = /^[\w.~+/=-]{1,512}$/;

/**
 * Handles requests to all routes under `/scim/v2/*`, because the protocol has its own media type, and its port resolves the routes.
 * @param gate refuses callers that have presented a wrong token too often.
 */
export async function answerScim(front: RawRequest, scim: ScimPort, gate: EntryGate): Promise<void> {
  const { request, state } = front;
  const clientId = claimedClient(request.headers.authorization, null);
  const limits = await gate.admit(front, clientId);
  const credential = {
    token: tokenOf(front),
    requestId: state.requestId,
    ip: state.ip,
    traceparent: state.traceparent,
  };
  const caller = await scim.admit(credential).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'unauthorized') gate.failed(front, clientId);
    throw error;
  });
  // A method that the path does not support gets a 405, regardless of the body.
  routeOf(methodOf(request), segments(front.path));
  // The body is read after authentication, so that only authenticated callers can make the process parse megabytes. Memory for the body
  // stays reserved while the body is processed.
  const held = await bodyOf(front, caller.context.tenantId);
  try {
    send(front, await scim.answer(caller, requestOf(front, held.value)), limits);
  } finally {
    held.release();
  }
}

interface HeldBody {
  readonly value: unknown;
  readonly release: () => void;
}

async function bodyOf({ request, response }: RawRequest, tenantId: string | null): Promise<HeldBody> {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'DELETE') {
    return { value: undefined, release: () => undefined };
  }
  return readJsonBody(request, response, { types: MEDIA_TYPES, limitBytes: SCIM_LIMITS.maxBytes, tenantId });
}

function requestOf({ request, path }: RawRequest, body: unknown): ScimRequest {
  const { url = '', headers } = request;
  return {
    method: methodOf(request) as ScimMethod,
    path: segments(path),
    query: new URLSearchParams(url.slice(path.length)),
    body,
    ifMatch: headers['if-match'] ?? null,
    ifNoneMatch: headers['if-none-match'] ?? null,
  };
}

/** Returns the method. A HEAD is a GET without a body. */
function methodOf({ method = '' }: RawRequest['request']): string {
  return method === 'HEAD' ? 'GET' : method;
}

function segments(path: string): readonly string[] {
  try {
    return path
      .slice(SCIM_PATH.length + 2)
      .split('/')
      .map((segment) => decodeURIComponent(segment));
  } catch {
    throw new AppError('not_found', 'This path does not exist.');
  }
}

/** Returns the bearer token; existing SDKs send a key or the service token in `X-API-Key`. */
function tokenOf({ request: { headers } }: RawRequest): string | null {
  const bearer = BEARER.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  const key = headers['x-api-key'];
  return typeof key === 'string' && API_KEY.test(key) ? key : null;
}

function send(front: RawRequest, { status, body, location, etag }: ScimAnswer, limits: readonly string[]): void {
  const headers = [
    ...(body === null ? [] : ['Content-Type', CONTENT_TYPE]),
    // RFC 7644 §3.3, §3.11 and RFC 7643 §3.1 (`meta.location`) require both headers.
    ...(location === null ? [] : ['Location', location, 'Content-Location', location]),
    ...(etag === null ? [] : ['ETag', etag]),
    ...limits,
  ];
  if (status !== 204) {
    sendAnswer(front, status, body === null ? '' : JSON.stringify(body), headers);
    return;
  }
  // RFC 9110 §8.6: a 204 has no Content-Length.
  const { response, state } = front;
  response.writeHead(204, ['X-Request-Id', state.requestId, 'X-Content-Type-Options', 'nosniff', ...headers]);
  response.end();
}

/** Formats SCIM errors (RFC 7644 §3.12). */
export const scimErrors: ErrorShape = (error) => {
  const { status, body } = scimFault(error);
  const retry = status === 503 ? { 'Retry-After': '1' } : {};
  return { status, contentType: CONTENT_TYPE, headers: { ...retry, ...error.headers }, body: JSON.stringify(body) };
};
