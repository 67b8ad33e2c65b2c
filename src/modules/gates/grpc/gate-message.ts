import type { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import type { GateResponse } from '../../../kernel/grpc/generated/coresdk/v1/datagate';
import { problem, problemOf } from '../../../kernel/grpc/problem';
import { REFUSAL_WORDS } from '../../oauth/contract/access-token.types';
import type { GateDenial, GateVerdict } from '../contract/gates.port';

const CODES: Readonly<Partial<Record<GateDenial, ErrorCode>>> = {
  unavailable: 'unavailable',
  deadline: 'deadline_exceeded',
  invalid_request: 'invalid_request',
  invalid_input: 'invalid_request',
  action_unknown: 'invalid_request',
};

/** A verdict as it goes over the wire. Whoever is refused gets nothing that could be taken for a grant. */
export function toGateResponse(verdict: GateVerdict): GateResponse {
  if (verdict.allowed) return { allowed: true, reason: '', permissions: [...verdict.permissions], error: null };
  const { code, reason } = verdict;
  const kind = CODES[code] ?? (Object.hasOwn(REFUSAL_WORDS, code) ? 'unauthorized' : 'forbidden');
  return { allowed: false, reason, permissions: [], error: problem(kind, reason, code) };
}

/** The answer when nothing could be decided. */
export function refusedGate(error: AppError): GateResponse {
  return { allowed: false, reason: error.message, permissions: [], error: problemOf(error) };
}
