import type { AppError } from '../../../kernel/errors/app-error';
import type { CheckLimitRequest } from '../../../kernel/grpc/generated/cpod/internal/v1/ratelimit';
import type {
  CheckRateLimitRequest,
  CheckRateLimitResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/ratelimit';
import { problem, problemOf } from '../../../kernel/grpc/problem';
import type { RateLimitDecision, RateLimitQuery, RateLimitReason } from '../contract/rate-limit.types';

/** The maximum value, because the field is a uint32. */
const MAX_UINT32 = 4_294_967_295;

const WORDS: Readonly<Record<RateLimitReason, string>> = {
  rate: 'Too many calls for this key. Try again later.',
  concurrency: 'Too many concurrent calls for this key. Try again later.',
  quota: 'The quota for this month is used up.',
  cost: 'The cost of one call exceeds the burst of the limit.',
};

/** Converts a request from a service that counts a key. On the wire, 0 means the configured value. */
export function queryOfKey({ key, limit, windowSeconds }: CheckRateLimitRequest, tenantId: string): RateLimitQuery {
  return { tenantId, key, limit: limit || null, windowSeconds: windowSeconds || null, cost: 1, route: null };
}

/** Returns the response for a service that counts a key. */
export function toCheckResponse(decision: RateLimitDecision): CheckRateLimitResponse {
  const { allowed, reason } = decision;
  return {
    allowed,
    remaining: Math.min(decision.remaining, MAX_UINT32),
    retryAfterMs: decision.retryAfterMs,
    error: allowed ? null : problem('rate_limited', WORDS[reason ?? 'rate'], reason ?? 'rate'),
  };
}

/** Returns the response for a call on which no decision was possible: a refusal. */
export function refusedCheck(error: AppError): CheckRateLimitResponse {
  return { allowed: false, remaining: 0, retryAfterMs: 0, error: problemOf(error) };
}

export function toInternalRequest(query: RateLimitQuery): CheckLimitRequest {
  const { tenantId, key, limit, windowSeconds, cost, route } = query;
  return { tenantId, key, limit: limit ?? 0, windowSeconds: windowSeconds ?? 0, cost, route: route ?? '' };
}

export function fromInternalRequest(request: CheckLimitRequest, tenantId: string): RateLimitQuery {
  const { key, limit, windowSeconds, cost, route } = request;
  return {
    tenantId,
    key,
    limit: limit || null,
    windowSeconds: windowSeconds || null,
    cost: cost || 1,
    route: route || null,
  };
}
