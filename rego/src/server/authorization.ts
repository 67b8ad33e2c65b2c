import type { IncomingMessage } from 'node:http';
import { fromJson } from '../values/json.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import { ApiError, evaluationError, invalidParameter } from './api-error.js';
import type { Decisions } from './decisions.js';
import type { Parameters } from './parameters.js';

/** The facts that the `system.authz` policy receives about a request. */
export interface AuthorizationRequest {
  readonly request: IncomingMessage;
  /** The escaped path. */
  readonly path: string;
  readonly parameters: Parameters;
  /** The parsed body, if the policy can read it. */
  readonly body: Value | undefined;
}

/** Checks a request against the policy that the configuration names. Errors: `ApiError` 401 if the policy denies it. */
export function authorize(
  decisions: Decisions,
  decisionPath: string,
  asked: AuthorizationRequest,
  scheme: 'token' | 'off',
): void {
  const input = fromJson(inputOf(asked, scheme)) as RegoObject;
  const evaluation = decisions.evaluate(
    decisionPath,
    asked.body === undefined ? input : input.with('body', asked.body),
  );
  if (evaluation.outcome === 'error' || evaluation.outcome === 'limit') throw evaluationError(evaluation);
  if (evaluation.outcome === 'undefined') {
    throw new ApiError(500, 'internal_error', 'authorization policy missing or undefined');
  }
  refuseUnless(evaluation.value);
}

function refuseUnless(verdict: Value): void {
  if (verdict === true) return;
  const refused = (message: string): ApiError => new ApiError(401, 'unauthorized', message);
  if (!(verdict instanceof RegoObject)) throw refused('request rejected by administrative policy');
  const allowed = verdict.get('allowed');
  if (allowed === undefined) throw new ApiError(500, 'internal_error', 'document missing or undefined');
  if (allowed === true) return;
  const reason = verdict.get('reason');
  throw refused(typeof reason === 'string' ? reason : 'request rejected by administrative policy');
}

function inputOf({ request, path, parameters }: AuthorizationRequest, scheme: 'token' | 'off'): unknown {
  const identity = scheme === 'token' ? bearerToken(request.headers.authorization) : null;
  return {
    path: partsOf(path),
    method: (request.method ?? '').toUpperCase(),
    params: parameters.byName(),
    headers: headersOf(request),
    ...(identity === null ? {} : { identity }),
  };
}

/** Returns the bearer token (RFC 6750 §2.1). */
function bearerToken(header: string | undefined): string | null {
  return /^Bearer\s+(\S+)$/.exec(header ?? '')?.[1] ?? null;
}

/** Splits a path. Paths of policies and of compile requests are decoded first. In other paths, an escaped slash is not a separator. */
function partsOf(path: string): readonly string[] {
  const decoded = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      throw invalidParameter(`invalid URL escape in ${JSON.stringify(text)}`);
    }
  };
  if (/^\/v1\/(?:policies|compile)\//.test(path)) return decoded(path).slice(1).split('/');
  return path.slice(1).split('/').map(decoded);
}

/** Returns the header values under Go's canonical names (`X-Request-Id`). As in Go, `Host` is not a header. */
function headersOf({ rawHeaders }: IncomingMessage): Readonly<Record<string, readonly string[]>> {
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = canonicalName(rawHeaders[index] ?? '');
    if (name === 'Host') continue;
    const values = headers.get(name) ?? [];
    values.push(rawHeaders[index + 1] ?? '');
    headers.set(name, values);
  }
  return Object.fromEntries(headers);
}

const canonicalName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/(^|-)([a-z])/g, (_match, before: string, letter: string) => before + letter.toUpperCase());
