import { AppError } from '../../../kernel/errors/app-error';
import { type FrontHandler, type FrontRequest, sendAnswer } from '../../../kernel/http/front';
import { readForm } from '../../../kernel/http/read-form';
import type { OauthPort } from '../contract/oauth.port';
import type { OauthRequest } from '../contract/oauth.types';

/** RFC 6749 §5.1: nothing of these answers may be cached. */
const JSON_HEADERS = ['Content-Type', 'application/json', 'Cache-Control', 'no-store', 'Pragma', 'no-cache'];
const EMPTY_HEADERS = ['Cache-Control', 'no-store', 'Pragma', 'no-cache'];

type Endpoint = (request: OauthRequest) => Promise<unknown>;

/**
 * `POST /oauth/token`, `/oauth/introspect` and `/oauth/revoke` on bare node:http. They carry an installation's load, and
 * take a form and give JSON: nothing that a framework would do for them is left to do. The controller beside this file
 * declares the same routes, for OpenAPI and for every other method.
 */
export function oauthEndpoints(oauth: OauthPort): FrontHandler {
  const endpoints = new Map<string, Endpoint>([
    ['/oauth/token', (request) => oauth.token(request)],
    ['/oauth/introspect', (request) => oauth.introspect(request)],
    ['/oauth/revoke', (request) => oauth.revoke(request)],
  ]);
  return (front) => {
    const endpoint = front.request.method === 'POST' ? endpoints.get(front.path) : undefined;
    if (!endpoint) return false;
    answer(front, endpoint).catch(front.fail);
    return true;
  };
}

async function answer(front: FrontRequest, endpoint: Endpoint): Promise<void> {
  const { request, state } = front;
  const form = await readForm(request);
  const body = await endpoint({
    form,
    authorization: request.headers.authorization,
    requestId: state.requestId,
    ip: state.ip,
    traceparent: state.traceparent,
  });
  if (body === undefined) sendAnswer(front, 200, '', EMPTY_HEADERS);
  else sendAnswer(front, 200, JSON.stringify(body), JSON_HEADERS);
}

/** What the declared routes throw if they are ever reached: the endpoints above answer before any router. */
export function answeredInFront(): never {
  throw new AppError('internal', 'The OAuth endpoints are answered before the router.');
}
