import { AppError } from '../../../kernel/errors/app-error';
import type { Reason } from '../../../kernel/errors/reason';
import { originHeaders } from '../../../kernel/http/routes/cross-origin';
import { type RawRequest, sendAnswer } from '../../../kernel/http/request-listener';
import { jsonOf } from '../../../kernel/http/answers/prepared-json';
import { type Form, readForm } from '../../../kernel/http/body/read-form';
import { claimedClient } from '../../../kernel/limits/claimed-client';
import type { EntryGate } from '../../../kernel/limits/entry-gate';
import { setLimitHeaders } from '../../../kernel/limits/limit-headers';
import type { OauthRequest } from '../contract/oauth.types';

/** RFC 6749 §5.1 requires this header in addition to `Cache-Control: no-store`, which every response has. */
const EMPTY_HEADERS = ['Pragma', 'no-cache'];
const JSON_HEADERS = ['Content-Type', 'application/json', ...EMPTY_HEADERS];

/** Error codes that result from a wrong client secret, code, refresh token or bearer token. */
const FAILED_PROOF: ReadonlySet<string> = new Set(['invalid_client', 'invalid_grant', 'invalid_token']);

/** Reasons for rejecting an API key. The error code is the same as for a malformed request (RFC 8693 §2.2.2). */
const FAILED_KEY: ReadonlySet<Reason> = new Set(['key_mistyped', 'key_unknown', 'token_expired', 'token_revoked']);

/** Returns the response body, or `undefined` for a response without a body. */
type Endpoint = (request: OauthRequest) => Promise<object | void>;

/** Handles a request with a form body (RFC 6749 §3.2). @param gate refuses callers with too many failures. */
export async function answerForm(front: RawRequest, gate: EntryGate, endpoint: Endpoint): Promise<void> {
  await answer(front, gate, await readForm(front.request), endpoint);
}

/** Handles a request that has its token in the header (OpenID Connect Core §5.3.1). Reads a form only if the request declares one. */
export async function answerBearer(front: RawRequest, gate: EntryGate, endpoint: Endpoint): Promise<void> {
  const { request } = front;
  const hasForm = request.method === 'POST' && 'content-type' in request.headers;
  await answer(front, gate, hasForm ? await readForm(request) : {}, endpoint);
}

async function answer(front: RawRequest, gate: EntryGate, form: Form, endpoint: Endpoint): Promise<void> {
  const { request, state } = front;
  const clientId = claimedClient(request.headers.authorization, form);
  const limits = await gate.admit(front, clientId);
  let body: object | void;
  try {
    body = await endpoint({
      form,
      authorization: request.headers.authorization,
      requestId: state.requestId,
      ip: state.ip,
      // This property is used only when an event is recorded. An introspection does not create any events.
      get traceparent() {
        return state.traceparent;
      },
    });
  } catch (error) {
    if (isFailedProof(error)) gate.failed(front, clientId);
    else setLimitHeaders(front.response, limits);
    throw error;
  }
  const more = [...originHeaders(front.rules), ...limits];
  if (body === undefined) sendAnswer(front, 200, '', [...EMPTY_HEADERS, ...more]);
  else sendAnswer(front, 200, jsonOf(body), [...JSON_HEADERS, ...more]);
}

function isFailedProof(error: unknown): boolean {
  if (!(error instanceof AppError)) return false;
  return FAILED_PROOF.has(error.code) || (error.reason !== null && FAILED_KEY.has(error.reason));
}
