import type { AppError } from '../../../kernel/errors/app-error';
import type { CheckLimitRequest } from '../../../kernel/grpc/generated/cpod/internal/v1/ratelimit';
import type {
  CheckRateLimitRequest,
  CheckRateLimitResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/ratelimit';
import { problem, problemOf } from '../../../kernel/grpc/problem';
import type { RateLimitDecision, RateLimitQuery, RateLimitReason } from '../contract/rate-limit.types';

/** The field is a uint32. */
const MAX_UINT32 = 4_294_967_295;

const WORDS: Readonly<Record<RateLimitReason, string>> = {
  rate: 'There were too many calls for this key; try again later.',
  concurrency: 'Too many calls for this key are under way; try again later.',
  quota: 'The quota of this month is used up.',
  cost: 'One call costs more than may ever come at once.',
};

/** The query of a service that counts a key. On the wire 0 stands for what is configured. */
export function queryOfKey({ key, limit, windowSeconds }: CheckRateLimitRequest, tenantId: string): RateLimitQuery {
  return { tenantId, key, limit: limit || null, windowSeconds: windowSeconds || null, cost: 1, route: null };
}

/** The answer to a service that counts a key. */
export function toCheckResponse(decision: RateLimitDecision): CheckRateLimitResponse {
  const { allowed, reason } = decision;
  return {
    allowed,
    remaining: Math.min(decision.remaining, MAX_UINT32),
    retryAfterMs: decision.retryAfterMs,
    error: allowed ? null : problem('rate_limited', WORDS[reason ?? 'rate'], reason ?? 'rate'),
  };
}

/** The answer when nothing could be decided: a refusal. */
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
