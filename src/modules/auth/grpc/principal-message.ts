import { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import type {
  AuthorizePrincipalAnswer,
  AuthorizePrincipalRequest,
  StoredPrincipal,
} from '../../../kernel/grpc/generated/cpod/internal/v1/auth';
import { problem, problemOf, REASON } from '../../../kernel/grpc/problem';
import { isPrincipalEnd, PRINCIPAL_ENDS, type PrincipalAct, type PrincipalVerdict } from '../contract/auth.port';
import type { Principal } from '../contract/principal.types';
import { problemOfDenial, verdictOf } from './authorize-message';

const MAX_CONTEXT_BYTES = 1024 * 1024;
const id = z.string().max(256);

const schema = z.object({
  actorType: z.enum(['user', 'service', 'agent', 'system']),
  actorId: id.min(1),
  appId: id,
  userId: id,
  hasScopes: z.boolean(),
  scopes: z.array(z.string().max(256)).max(200),
  credentialId: id,
  grantId: id,
  sessionId: id,
  tokenIds: z.array(id).max(16),
  issuedAt: z.number().int().min(0),
  expiresAt: z.number().int().min(0),
});

export function toAuthorizePrincipalRequest(
  tenantId: string,
  principal: Principal,
  act: PrincipalAct,
  callerRecordsDenials: boolean,
): AuthorizePrincipalRequest {
  const { actor, appId, userId, scopes, credentialId, grantId, sessionId, tokenIds, issuedAt, expiresAt } = principal;
  const stored: StoredPrincipal = {
    actorType: actor.type,
    actorId: actor.id,
    appId: appId ?? '',
    userId: userId ?? '',
    hasScopes: scopes !== null,
    scopes: [...(scopes ?? [])],
    credentialId: credentialId ?? '',
    grantId: grantId ?? '',
    sessionId: sessionId ?? '',
    tokenIds: [...tokenIds],
    issuedAt,
    expiresAt: expiresAt ?? 0,
  };
  const { action, resource, context, requiredScope } = act;
  const contextJson = JSON.stringify(context);
  return { tenantId, principal: stored, action, resource, contextJson, requiredScope, callerRecordsDenials };
}

/** Converts a message to a principal. Errors: `invalid_request`. */
export function principalOfMessage(message: StoredPrincipal | null | undefined): Principal {
  const { success, data } = schema.safeParse(message);
  if (!success) throw new AppError('invalid_request', 'The principal is not valid; send it unchanged.');
  return {
    actor: { type: data.actorType, id: data.actorId },
    appId: orNull(data.appId),
    userId: orNull(data.userId),
    scopes: data.hasScopes ? data.scopes : null,
    credentialId: orNull(data.credentialId),
    grantId: orNull(data.grantId),
    sessionId: orNull(data.sessionId),
    tokenIds: data.tokenIds,
    issuedAt: data.issuedAt,
    expiresAt: data.expiresAt === 0 ? null : data.expiresAt,
  };
}

/** Converts a request to a principal's action. Errors: `invalid_request`. */
export function actOfMessage(
  request: Pick<AuthorizePrincipalRequest, 'action' | 'resource' | 'contextJson' | 'requiredScope'>,
): PrincipalAct {
  const { action, resource, contextJson, requiredScope } = request;
  if (Buffer.byteLength(contextJson) > MAX_CONTEXT_BYTES) {
    throw new AppError('invalid_request', 'context_json is larger than 1 MiB.');
  }
  return { action, resource, requiredScope, context: contextJson === '' ? {} : objectIn(contextJson) };
}

function objectIn(json: string): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
  } catch (cause) {
    throw new AppError('invalid_request', 'context_json is not a JSON object.', { cause });
  }
}

export function toAuthorizePrincipalAnswer(verdict: PrincipalVerdict): AuthorizePrincipalAnswer {
  const policyRevision = verdict.policyRevision ?? '';
  if (verdict.allowed) return { allowed: true, reason: '', policyRevision, error: null };
  const { code, reason, outage } = verdict;
  const error = isPrincipalEnd(code)
    ? problem('forbidden', PRINCIPAL_ENDS[code], code)
    : problemOfDenial(code, outage ?? code);
  return { allowed: false, reason, policyRevision, error };
}

/** Returns the verdict from a response. A response that is not understood counts as `unavailable`, never as allowed. */
export function principalVerdictOf(answer: AuthorizePrincipalAnswer): PrincipalVerdict {
  const { allowed, reason, policyRevision, error } = answer;
  const code = error?.extensions[REASON] ?? '';
  if (!allowed && isPrincipalEnd(code)) return { allowed: false, code, reason };
  return verdictOf({ allowed, reason, error: error ?? null }, policyRevision);
}

/** Returns the response for a request that could not be evaluated. */
export function refusedPrincipal(error: AppError): AuthorizePrincipalAnswer {
  return { allowed: false, reason: error.message, policyRevision: '', error: problemOf(error) };
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}
