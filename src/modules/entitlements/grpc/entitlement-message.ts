import { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import type { CheckEntitlementResponse } from '../../../kernel/grpc/generated/coresdk/v1/license';
import { problem, problemOf, REASON } from '../../../kernel/grpc/problem';
import type { Entitlement, EntitlementDenial } from '../contract/entitlements.types';

/** The code and message of the problem for each denial. */
const PROBLEM: Readonly<Record<EntitlementDenial, readonly [ErrorCode, string]>> = {
  unknown_key: ['not_found', 'Neither the plan of the tenant nor an override includes this entitlement.'],
  not_included: ['forbidden', 'The tenant is not entitled to this.'],
  expired: ['forbidden', 'The entitlement has ended.'],
  plan_unknown: ['forbidden', 'The plan of the tenant does not exist in this installation.'],
  tenant_inactive: ['forbidden', 'The tenant is not active.'],
  tenant_unknown: ['not_found', 'There is no such tenant.'],
};

/** Converts an entitlement to its message; the expiry is in whole seconds, or 0 if there is none. */
export function toEntitlementResponse(entitlement: Entitlement): CheckEntitlementResponse {
  const { entitled, limit, expiresAtMs, plan, reason } = entitlement;
  return {
    entitled,
    numericValue: limit,
    expiresAt: expiresAtMs === null ? 0 : Math.floor(expiresAtMs / 1_000),
    plan,
    error: reason === null ? null : problem(...PROBLEM[reason], reason),
  };
}

/** Returns the response for a check that failed, which is "not entitled". */
export function refusedEntitlement(error: AppError): CheckEntitlementResponse {
  // `not_found` refers to the tenant; an unknown key is not an error.
  const reason = error.code === 'not_found' ? 'tenant_unknown' : error.code;
  return { entitled: false, numericValue: 0, expiresAt: 0, plan: '', error: problemOf(error, reason) };
}

/** Converts a response to an entitlement. Errors: `unavailable` for a response without a decision. */
export function fromEntitlementResponse(key: string, answer: CheckEntitlementResponse): Entitlement {
  const { entitled, numericValue: limit, expiresAt, plan, error } = answer;
  const expiresAtMs = expiresAt === 0 ? null : expiresAt * 1_000;
  if (entitled) return { key, entitled, limit, expiresAtMs, plan, reason: null };
  const reason = error?.extensions[REASON] ?? '';
  if (!isDenial(reason))
    throw new AppError('unavailable', 'The entitlement service sent no decision. Try again later.');
  return { key, entitled, limit, expiresAtMs, plan, reason };
}

function isDenial(text: string): text is EntitlementDenial {
  return Object.hasOwn(PROBLEM, text);
}
