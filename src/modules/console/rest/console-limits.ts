import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../../../kernel/errors/app-error';
import { RateLimitPort } from '../../rate-limit/contract/rate-limit.port';
import type { Visitor } from './console-access';

/** Limits a user's request rate according to the tenant's rules for the REST API. */
@Injectable()
export class ConsoleLimits {
  constructor(private readonly limits: RateLimitPort) {}

  /** Admits a request. Errors: `rate_limited`; `unavailable` if no decision is available. */
  async admit({ user, context }: Visitor, request: Request, response: Response): Promise<void> {
    const { tenantId } = user;
    const route = `${request.method === 'HEAD' ? 'GET' : request.method} ${request.path}`;
    const limit = { limit: null, windowSeconds: null, cost: 1, route };
    const decision = await this.limits.check(context, { tenantId, key: user.id, ...limit });
    if (!decision.allowed) {
      const seconds = Math.max(1, Math.ceil(decision.retryAfterMs / 1_000));
      throw new AppError('rate_limited', `Too many requests; try again in ${seconds} s.`, {
        headers: { 'Retry-After': String(seconds) },
      });
    }
    const { lease } = decision;
    if (lease === null) return;
    const release = (): void => {
      // A lease that is not released expires.
      this.limits.release(context, tenantId, lease).catch(() => undefined);
    };
    if (response.destroyed) release();
    else response.once('close', release);
  }
}
