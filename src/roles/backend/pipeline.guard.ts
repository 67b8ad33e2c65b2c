import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { setCallContext } from '../../kernel/http/request-state';
import { bearerToken, type RouteAccess, routeAccess } from '../../kernel/http/route-access';
import type { Clock } from '../../kernel/time/clock';
import type { AuditPort } from '../../modules/audit/contract/audit.port';
import type { AuthPort } from '../../modules/auth/contract/auth.port';
import { type AccessTokenClaims, REFUSAL_WORDS } from '../../modules/oauth/contract/access-token.types';
import { contextOfClaims, hasScope } from '../http/claims-context';
import { anonymousContext, bearerChallenge, insufficientScope, recordDenial } from '../http/denials';

/** A denial with its machine-readable reason for the audit log. */
class Denied extends Error {
  constructor(
    readonly error: AppError,
    readonly reason: string,
    readonly context: CallContext,
  ) {
    super(reason);
  }
}

/**
 * The pipeline before the handler, in its fixed order (rest.md §1): bearer token → ValidateToken (401) → scope (403).
 * A decision that cannot be had is 503, never a pass. A route without access metadata is refused.
 */
@Injectable()
export class PipelineGuard implements CanActivate {
  constructor(
    private readonly auth: AuthPort,
    private readonly audit: AuditPort,
    private readonly clock: Clock,
  ) {}

  async canActivate(host: ExecutionContext): Promise<boolean> {
    const access = routeAccess(host);
    if (access === 'public') return true;
    const request = host.switchToHttp().getRequest<Request>();
    try {
      setCallContext(request, await this.admit(request, access));
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Denied)) throw thrown;
      await recordDenial(this.audit, this.clock, thrown.context, access, thrown.error, thrown.reason);
      throw thrown.error;
    }
  }

  private async admit(request: Request, access: RouteAccess): Promise<CallContext> {
    const anonymous = anonymousContext(request);
    const claims = await this.validateToken(request, anonymous);
    const context = contextOfClaims(anonymous, claims);
    checkScope(claims, access, context);
    return context;
  }

  private async validateToken(request: Request, anonymous: CallContext): Promise<AccessTokenClaims> {
    const token = bearerToken(request);
    if (token === null) {
      const error = new AppError('unauthorized', 'Send an access token: Authorization: Bearer …', {
        headers: bearerChallenge(),
      });
      throw new Denied(error, 'token_missing', anonymous);
    }
    const verdict = await this.auth.validateToken(anonymous, { token, tenant: null, expectedAudience: null });
    if (verdict.valid) return verdict.claims;
    const words = REFUSAL_WORDS[verdict.refusal];
    if (verdict.refusal === 'unavailable') throw new AppError('unavailable', words);
    const headers = bearerChallenge({ error: 'invalid_token', error_description: words });
    throw new Denied(new AppError('unauthorized', words, { headers }), verdict.refusal, anonymous);
  }
}

function checkScope(claims: AccessTokenClaims, access: RouteAccess, context: CallContext): void {
  if (access.scope === '' || hasScope(claims, access.scope)) return;
  throw new Denied(insufficientScope(access.scope), 'insufficient_scope', context);
}
