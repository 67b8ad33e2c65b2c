import type { Request, Response } from 'express';
import type { CallContext } from '../../kernel/context/call-context';
import { requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import type { RouteAccess } from '../../kernel/http/routes/route-access';
import { setLimitHeaders } from '../../kernel/limits/limit-headers';
import { LogSampler } from '../../kernel/limits/log-sampler';
import type { Logger } from '../../kernel/telemetry/logger';
import type { Clock } from '../../kernel/time/clock';
import type { AuditPort } from '../../modules/audit/contract/audit.port';
import { auditEvent } from '../../modules/audit/contract/audit.types';
import type { RateLimitPort } from '../../modules/rate-limit/contract/rate-limit.port';
import type { RateLimitDecision } from '../../modules/rate-limit/contract/rate-limit.types';

/**
 * A refused client might keep sending requests. At most one of its refusals per second is recorded, and the record counts the omitted
 * refusals.
 */
const RECORDED_EVERY_MS = 1_000;

const WORDS = {
  rate: 'This client sends too many requests',
  concurrency: 'This client has too many concurrent requests',
  quota: 'The requests of this month are used up',
  cost: 'The cost of this request exceeds the maximum burst',
} as const;

/** The third stage of the pipeline: the limit on a client's calls to a route. */
export class RequestLimits {
  private readonly thinned = new LogSampler(RECORDED_EVERY_MS, () => performance.now());

  constructor(
    private readonly limits: RateLimitPort,
    private readonly audit: AuditPort,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * Counts a request that has not been counted yet, and enforces the decision.
   * Errors: the errors of {@link enforce}; `unavailable` if no decision is available.
   */
  async count(request: Request, response: Response, access: RouteAccess, context: CallContext): Promise<void> {
    const tenantId = requireTenant(context);
    const key = context.appId ?? context.actor.id;
    const query = { tenantId, key, limit: null, windowSeconds: null, cost: 1, route: routeOf(request) };
    await this.enforce(response, access, context, await this.limits.check(context, query));
  }

  /**
   * Sets the rate limit headers, regardless of the response, and releases a lease after the response.
   * Errors: `rate_limited`, after the refusal is recorded.
   */
  async enforce(
    response: Response,
    access: RouteAccess,
    context: CallContext,
    decision: RateLimitDecision,
  ): Promise<void> {
    setLimitHeaders(response, headersOf(decision));
    if (!decision.allowed) {
      await this.record(context, access, decision);
      throw refusal(decision);
    }
    const { lease } = decision;
    if (lease !== null) this.releaseAtEnd(response, context, requireTenant(context), lease);
  }

  private releaseAtEnd(response: Response, context: CallContext, tenantId: string, lease: string): void {
    const release = (): void => {
      this.limits.release(context, tenantId, lease).catch((error: unknown) => {
        this.logger.warn({ err: error, requestId: context.requestId }, 'A lease was not released; it will expire');
      });
    };
    // The lease is also released if the caller disconnects before the response; the caller might have disconnected already.
    if (response.destroyed) release();
    else response.once('close', release);
  }

  private async record(
    context: CallContext,
    access: RouteAccess,
    { policy, reason }: RateLimitDecision,
  ): Promise<void> {
    const omitted = this.thinned.sample(`${context.tenantId} ${context.appId} ${policy}`);
    if (omitted === null) return;
    const { action, resourceType } = access;
    const denied = { action, resourceType, resourceId: '', outcome: 'denied' as const, reason: 'rate_limited' };
    const metadata = { policy, limit: reason, omitted };
    await this.audit.record(context, auditEvent(context, { ...denied, metadata }, this.clock.nowMs()));
  }
}

/** Returns a request's route in the form that limits use, such as `GET /v1/projects/:id`. */
export function routeOf(request: Request): string {
  return `${methodOf(request)} ${routePath(request)}`;
}

/** RFC 9110 §9.3.2: HEAD is GET without response content. It does the same work, so it counts as GET. */
function methodOf({ method }: Request): string {
  return method === 'HEAD' ? 'GET' : method;
}

/** Returns the declared route, because a caller can spell the path in different ways. */
function routePath(request: Request): string {
  const route: unknown = request.route;
  const path = typeof route === 'object' && route !== null && 'path' in route ? route.path : null;
  return typeof path === 'string' ? path : request.path;
}

/** Returns `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10; structured fields, RFC 9651). */
function headersOf({ policy, limit, windowSeconds, remaining, resetSeconds }: RateLimitDecision): readonly string[] {
  const name = `"${policy}"`;
  return [
    'RateLimit',
    `${name};r=${remaining};t=${resetSeconds}`,
    'RateLimit-Policy',
    `${name};q=${limit};w=${windowSeconds}`,
  ];
}

function refusal({ reason, retryAfterMs }: RateLimitDecision): AppError {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  const message = `${WORDS[reason ?? 'rate']}; try again in ${seconds} s.`;
  return new AppError('rate_limited', message, { headers: { 'Retry-After': String(seconds) } });
}
