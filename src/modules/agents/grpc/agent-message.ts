import type { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import type { MintAgentTokenResponse } from '../../../kernel/grpc/generated/cpod/clients/v1/auth';
import type { AgentSpawnGateResponse } from '../../../kernel/grpc/generated/coresdk/v1/datagate';
import type { ProblemDetail } from '../../../kernel/grpc/generated/coresdk/v1/common';
import { problem, problemOf } from '../../../kernel/grpc/problem';
import { REFUSAL_MESSAGES } from '../../oauth/contract/access-token.types';
import type { AgentDenial, AgentVerdict } from '../contract/agents.port';

/** Converts a verdict to an `AgentSpawnGate` response. A denied caller does not receive any data that resembles a grant. */
export function toSpawnResponse(verdict: AgentVerdict): AgentSpawnGateResponse {
  if (!verdict.allowed) return denied(verdict.reason, problem(codeOf(verdict.code), verdict.reason, verdict.code));
  return {
    allowed: true,
    reason: '',
    agentToken: verdict.token,
    effectivePermissions: [...verdict.scopes],
    grantedTtlSecs: verdict.ttlSeconds,
    error: null,
  };
}

/** Returns the response to a request about which no decision was possible. */
export function refusedSpawn(error: AppError): AgentSpawnGateResponse {
  return denied(error.message, problemOf(error));
}

/** Converts a verdict to a `MintAgentToken` response. The message has no field for a reason, so an empty token represents the denial. */
export function toMintResponse(verdict: AgentVerdict): MintAgentTokenResponse {
  if (!verdict.allowed) return refusedMint();
  return {
    token: verdict.token,
    expiresInSeconds: verdict.ttlSeconds,
    delegationChainJson: JSON.stringify(verdict.chain),
  };
}

export function refusedMint(): MintAgentTokenResponse {
  return { token: '', expiresInSeconds: 0, delegationChainJson: '[]' };
}

function denied(reason: string, error: ProblemDetail): AgentSpawnGateResponse {
  return { allowed: false, reason, agentToken: '', effectivePermissions: [], grantedTtlSecs: 0, error };
}

function codeOf(denial: AgentDenial): ErrorCode {
  if (denial === 'unavailable') return 'unavailable';
  if (denial === 'deadline') return 'deadline_exceeded';
  if (denial === 'invalid_request') return 'invalid_request';
  return Object.hasOwn(REFUSAL_MESSAGES, denial) ? 'unauthorized' : 'forbidden';
}
