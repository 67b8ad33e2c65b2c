import { LRUCache } from 'lru-cache';
import { type AppError, outage } from '../../../kernel/errors/app-error';
import type { AdmitRequest, AdmitResponse } from '../../../kernel/grpc/generated/cpod/internal/v1/auth';
import { problemOf, REASON } from '../../../kernel/grpc/problem';
import { accessTokenClaims, type AccessTokenClaims } from '../../oauth/contract/access-token.types';
import { fromDecisionMessage, toDecisionMessage } from '../../rate-limit/contract/decision-message';
import type { Admission, AdmissionQuery } from '../contract/admission.port';
import { verdictOf } from './authorize-message';
import { actOfMessage, toAuthorizePrincipalAnswer } from './principal-message';
import { problemOfRefusal, refusalOf } from './verdict-message';

/** Maximum number of cached claims. They are cached by their JSON, because the same tokens are admitted repeatedly. */
const KNOWN_CLAIMS = 1_000;
const known = new LRUCache<string, AccessTokenClaims>({ max: KNOWN_CLAIMS });
const texts = new WeakMap<AccessTokenClaims, string>();

export function toAdmitRequest(query: AdmissionQuery): AdmitRequest {
  const { token, audience, requiredScope, action, resource, context, isOwn, membership, route } = query;
  return {
    ...{ token, requiredScope, action, resource, isOwn, route },
    audience: audience ?? '',
    contextJson: JSON.stringify(context),
    membership: membership && {
      tenantId: membership.tenantId,
      userId: membership.userId,
      projectId: membership.project.id,
      role: membership.project.role,
    },
  };
}

/** Converts a request. Errors: `invalid_request`. */
export function fromAdmitRequest(request: AdmitRequest): AdmissionQuery {
  const { token, audience, isOwn, membership, route } = request;
  return {
    ...actOfMessage(request),
    ...{ token, isOwn, route },
    audience: audience === '' ? null : audience,
    membership: membership
      ? {
          tenantId: membership.tenantId,
          userId: membership.userId,
          project: { id: membership.projectId, role: membership.role },
        }
      : null,
  };
}

export function toAdmitResponse({ token, decision, limit, aggregatesReads = false }: Admission): AdmitResponse {
  return {
    claimsJson: token.valid ? textOf(token.claims) : '',
    tokenError: token.valid ? null : problemOfRefusal(token),
    decision: decision && toAuthorizePrincipalAnswer(decision),
    limit: limit && toDecisionMessage(limit),
    aggregatesReads,
  };
}

/** Returns the response for a request that could not be evaluated. */
export function refusedAdmission(error: AppError): AdmitResponse {
  return { claimsJson: '', tokenError: problemOf(error), decision: null, limit: null, aggregatesReads: false };
}

/** Converts a response. Errors: `unavailable` for a response that ends before a refusal; no sidecar sends such a response. */
export function fromAdmitResponse(answer: AdmitResponse): Admission {
  const { claimsJson, tokenError, decision, limit, aggregatesReads } = answer;
  if (claimsJson === '') return { token: refusalOf(tokenError?.extensions[REASON] ?? ''), decision: null, limit: null };
  const claims = claimsOf(claimsJson);
  const verdict = decision ? verdictOf({ ...decision, error: decision.error ?? null }, decision.policyRevision) : null;
  if (claims === null || verdict === null || (verdict.allowed && !limit)) throw outage('sidecar_unavailable');
  return {
    token: { valid: true, claims },
    decision: verdict,
    limit: limit && verdict.allowed ? fromDecisionMessage(limit) : null,
    aggregatesReads,
  };
}

/** Returns the claims as JSON, computed once per token. */
function textOf(claims: AccessTokenClaims): string {
  const text = texts.get(claims) ?? JSON.stringify(claims);
  texts.set(claims, text);
  return text;
}

function claimsOf(text: string): AccessTokenClaims | null {
  const seen = known.get(text);
  if (seen !== undefined) return seen;
  const { success, data } = accessTokenClaims.safeParse(JSON.parse(text));
  if (success) known.set(text, data);
  return success ? data : null;
}
