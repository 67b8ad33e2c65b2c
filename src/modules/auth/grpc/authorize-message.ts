import { Metadata } from '@grpc/grpc-js';
import { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import { isOutage } from '../../../kernel/errors/reason';
import type { AuthorizeRequest } from '../../../kernel/grpc/generated/coresdk/v1/auth';
import type { ProblemDetail } from '../../../kernel/grpc/generated/coresdk/v1/common';
import type { AuthorizeResponse } from '../../../kernel/grpc/generated/cpod/clients/v1/auth';
import { problem, REASON } from '../../../kernel/grpc/problem';
import { REFUSAL_MESSAGES } from '../../oauth/contract/access-token.types';
import type { AuthorizeDenial, AuthorizeQuery, AuthorizeVerdict, Requester } from '../contract/auth.port';

/** Metadata with which a service of the installation declares that each value in `context` is JSON. */
const CONTEXT_FORMAT = 'x-context-values';
/** Metadata with which a service declares that it records denials itself. */
const DENIALS = 'x-denials';
/** Metadata with the audience that the token must have. The contract has no field for it. */
const AUDIENCE = 'x-expected-audience';
/** Metadata in a response to one of the installation's services: the version of the tenant's policy that made the decision. */
const REVISION = 'x-coresdk-policy-revision';
const REFUSED = { allowed: false, roles: [], tenantId: '' } as const;
const MAX_CONTEXT_CHARS = 1024 * 1024;

/**
 * Error code and message of the problem for each denial. Public clients read this field as a string (wire contract §2.3), so the messages
 * are short and ASCII.
 */
const PROBLEM: Readonly<Record<AuthorizeDenial, readonly [ErrorCode, string]>> = {
  ...refusalProblems(),
  insufficient_scope: ['forbidden', 'A scope that this call needs was not granted.'],
  denied: ['forbidden', 'The policy does not allow this.'],
  undefined: ['forbidden', 'The policy gives no result for this.'],
  tenant_wall: ['forbidden', 'The call names a different tenant.'],
  no_such_rule: ['forbidden', 'The policy has no rule for this.'],
  not_boolean: ['forbidden', 'The policy gives no decision.'],
  invalid_input: ['invalid_request', 'The context is not JSON that a policy can read.'],
  evaluation_error: ['forbidden', 'The policy failed.'],
  limit: ['forbidden', 'The policy exceeded a resource limit.'],
  deadline: ['deadline_exceeded', 'The decision took too long.'],
  unavailable: ['unavailable', 'The decision is not available now.'],
};

function refusalProblems(): Readonly<Record<keyof typeof REFUSAL_MESSAGES, readonly [ErrorCode, string]>> {
  const problems = Object.entries(REFUSAL_MESSAGES).map(([refusal, words]) => [refusal, ['unauthorized', words]]);
  // The keys are the same as in REFUSAL_MESSAGES, which contains every refusal.
  return Object.fromEntries(problems) as Record<keyof typeof REFUSAL_MESSAGES, readonly [ErrorCode, string]>;
}

/** Returns the request that our own client sends, together with {@link authorizeHeaders}. */
export function toAuthorizeRequest({ principal, ...query }: AuthorizeQuery): AuthorizeRequest {
  const isBearer = 'token' in principal;
  const tenantId = isBearer ? principal.tenant : principal.tenantId;
  const roles = isBearer ? [] : principal.roles;
  return {
    subject: isBearer ? '' : principal.subject,
    action: query.action,
    resource: query.resource,
    tenant: tenantId === null ? null : { tenantId, tenantName: '', roles, attributes: {} },
    metadata: null,
    context: Object.fromEntries(
      Object.entries(query.context).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, JSON.stringify(value)]],
      ),
    ),
    token: isBearer ? principal.token : '',
    requiredScope: query.requiredScope,
  };
}

export function authorizeHeaders(
  principal: Requester,
  callerRecordsDenials: boolean,
): Readonly<Record<string, string>> {
  const audience = 'token' in principal ? (principal.expectedAudience ?? null) : null;
  return {
    [CONTEXT_FORMAT]: 'json',
    ...(audience === null ? {} : { [AUDIENCE]: audience }),
    ...(callerRecordsDenials ? { [DENIALS]: 'recorded' } : {}),
  };
}

/** Returns the audience that our own client requires in a token; `null` for any audience. */
export function expectedAudienceOf(metadata: Metadata): string | null {
  return isOfTheInstallation(metadata) ? (metadata.get(AUDIENCE)[0]?.toString() ?? null) : null;
}

/** Returns whether the caller declares that it records denials itself. Trust this declaration only from services. */
export function recordsDenials(metadata: Metadata): boolean {
  return metadata.get(DENIALS)[0] === 'recorded';
}

/** Returns the `context` of a request: strings, or JSON values if the caller declares them. Errors: `invalid_request`. */
export function contextOf(request: AuthorizeRequest, metadata: Metadata): Readonly<Record<string, unknown>> {
  const entries = Object.entries(request.context);
  const chars = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (chars > MAX_CONTEXT_CHARS) throw new AppError('invalid_request', 'context is larger than 1 MiB.');
  if (!isOfTheInstallation(metadata)) return request.context;
  return Object.fromEntries(entries.map(([name, text]) => [name, parse(text)]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AppError('invalid_request', 'A value in context is not JSON, although x-context-values says so.', {
      cause,
    });
  }
}

/** Returns whether the caller is our own client, which reads only the fields that the contract declares. */
export function isOfTheInstallation(metadata: Metadata): boolean {
  return metadata.get(CONTEXT_FORMAT)[0] === 'json';
}

/**
 * Converts a verdict to a response. An allowed response contains neither reason nor error, because public clients interpret them
 * differently.
 * @param tellsWho whether an allowed response includes roles and tenant, in fields that the contract does not declare.
 */
export function toAuthorizeResponse(verdict: AuthorizeVerdict, tellsWho: boolean): AuthorizeResponse {
  if (verdict.allowed) {
    const { roles = [], tenantId = '' } = (tellsWho && verdict.who) || {};
    return { allowed: true, reason: '', error: null, roles, tenantId };
  }
  return { ...REFUSED, reason: verdict.reason, error: problemOfDenial(verdict.code, verdict.outage ?? verdict.code) };
}

/** Returns the problem for a denial. @param reason machine-readable: the code of the denial, or the outage that caused it. */
export function problemOfDenial(denial: AuthorizeDenial, reason: string): ProblemDetail {
  const [code, words] = PROBLEM[denial];
  return problem(code, words, reason);
}

/** Returns the metadata in the response to one of the installation's services; `null` if there is none. */
export function metadataOf({ policyRevision }: AuthorizeVerdict): Metadata | null {
  if (policyRevision === undefined) return null;
  const metadata = new Metadata();
  metadata.set(REVISION, policyRevision);
  return metadata;
}

/** Returns the response for a request that could not be evaluated. */
export function refusedAuthorization(error: AppError): AuthorizeResponse {
  const reason = error.reason ?? error.code;
  return { ...REFUSED, reason: error.message, error: problem(error.code, 'No decision was made.', reason) };
}

/**
 * Returns the verdict from a response and {@link metadataOf}. A response that is not understood counts as `unavailable`, never as allowed.
 */
export function fromAuthorizeResponse(
  { allowed, reason, error }: Pick<AuthorizeResponse, 'allowed' | 'reason' | 'error'>,
  metadata: Metadata | null,
): AuthorizeVerdict {
  const named = metadata?.get(REVISION)[0];
  return verdictOf({ allowed, reason, error: error ?? null }, named === undefined ? '' : String(named));
}

/** Returns the verdict from a response. @param policyRevision empty if there is none. */
export function verdictOf(
  { allowed, reason, error }: Pick<AuthorizeResponse, 'allowed' | 'reason' | 'error'>,
  policyRevision: string,
): AuthorizeVerdict {
  const revision = policyRevision === '' ? {} : { policyRevision };
  if (allowed) return { allowed: true, ...revision };
  const code = error?.extensions[REASON] ?? '';
  if (isDenial(code)) return { allowed: false, code, reason, ...revision };
  return { allowed: false, code: 'unavailable', reason, ...(isOutage(code) ? { outage: code } : {}) };
}

function isDenial(code: string): code is AuthorizeDenial {
  return Object.hasOwn(PROBLEM, code);
}
