import { AppError } from '../../../kernel/errors/app-error';
import type { Reason } from '../../../kernel/errors/reason';
import { type FrontHandler, type FrontRequest, sendAnswer } from '../../../kernel/http/front';
import { jsonOf } from '../../../kernel/http/prepared-json';
import { readForm } from '../../../kernel/http/read-form';
import { claimedClient } from '../../../kernel/limits/claimed-client';
import type { EntryGate } from '../../../kernel/limits/entry-gate';
import { setLimitHeaders } from '../../../kernel/limits/limit-headers';
import type { OauthPort } from '../contract/oauth.port';
import type { OauthRequest } from '../contract/oauth.types';
import { crossOriginError, crossOriginHeaders, crossOriginPreflight } from './cross-origin';

/** RFC 6749 §5.1 requires it in addition to `Cache-Control: no-store`, which every answer has. */
const EMPTY_HEADERS = ['Pragma', 'no-cache'];
const JSON_HEADERS = ['Content-Type', 'application/json', ...EMPTY_HEADERS];

/** What somebody gets who guesses: at a client's secret, at a code or a refresh token, at a bearer token. */
const FAILED_PROOF: ReadonlySet<string> = new Set(['invalid_client', 'invalid_grant', 'invalid_token']);

/** The same of an API key, for which RFC 8693 §2.2.2 has the code of a malformed request. */
const FAILED_KEY: ReadonlySet<Reason> = new Set(['key_mistyped', 'key_unknown', 'token_expired', 'token_revoked']);

const USERINFO = '/oauth/userinfo';

/** What it answers with; nothing for an answer without a body. */
type Endpoint = (request: OauthRequest) => Promise<object | void>;

/**
 * `POST /oauth/token`, `/oauth/introspect`, `/oauth/revoke` and `GET` or `POST /oauth/userinfo` on bare node:http. They
 * carry an installation's load, and take a form and give JSON: nothing that a framework would do for them is left to do.
 * The controllers beside this file declare the same routes, for OpenAPI and for every other method.
 * @param gate refuses those that have failed too often.
 */
export function oauthEndpoints(oauth: OauthPort, gate: EntryGate): FrontHandler {
  const endpoints = new Map<string, Endpoint>([
    ['POST /oauth/token', (request) => oauth.token(request)],
    ['POST /oauth/introspect', (request) => oauth.introspect(request)],
    ['POST /oauth/revoke', (request) => oauth.revoke(request)],
    ['GET /oauth/userinfo', (request) => oauth.userinfo(request)],
    ['POST /oauth/userinfo', (request) => oauth.userinfo(request)],
  ]);
  const endpointOf = ({ request, path }: FrontRequest): Endpoint | undefined =>
    endpoints.get(`${request.method ?? ''} ${path}`);
  return (front) => {
    const endpoint = endpointOf(front);
    if (!endpoint) return crossOriginPreflight(front);
    answer(front, endpoint, gate).catch((thrown: unknown) => {
      front.fail(crossOriginError(front.path, thrown));
    });
    return true;
  };
}

async function answer(front: FrontRequest, endpoint: Endpoint, gate: EntryGate): Promise<void> {
  const { request, state } = front;
  // A userinfo request has its token in the header, and then no body at all.
  const hasForm = request.method === 'POST' && (front.path !== USERINFO || 'content-type' in request.headers);
  const form = hasForm ? await readForm(request) : {};
  const clientId = claimedClient(request.headers.authorization, form);
  const limits = await gate.admit(front, clientId);
  let body: object | void;
  try {
    body = await endpoint({
      form,
      authorization: request.headers.authorization,
      requestId: state.requestId,
      ip: state.ip,
      // Asked for by what is recorded alone: an introspection makes none.
      get traceparent() {
        return state.traceparent;
      },
    });
  } catch (error) {
    if (isFailedProof(error)) gate.failed(front, clientId);
    else setLimitHeaders(front.response, limits);
    throw error;
  }
  const more = [...crossOriginHeaders(front.path), ...limits];
  if (body === undefined) sendAnswer(front, 200, '', [...EMPTY_HEADERS, ...more]);
  else sendAnswer(front, 200, jsonOf(body), [...JSON_HEADERS, ...more]);
}

function isFailedProof(error: unknown): boolean {
  if (!(error instanceof AppError)) return false;
  return FAILED_PROOF.has(error.code) || (error.reason !== null && FAILED_KEY.has(error.reason));
}

/** What the declared routes throw if they are ever reached: the endpoints above answer before any router. */
export function answeredInFront(): never {
  throw new AppError('internal', 'The OAuth endpoints are answered before the router.');
}
