import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { ExpectedSecret } from '../../kernel/config/expected-secret';
import type { Secret } from '../../kernel/config/secret';
import type { CallContext } from '../../kernel/context/call-context';
import type { TenantNames } from '../../kernel/context/tenant-names';
import { AppError } from '../../kernel/errors/app-error';
import { HTTP_STATUS } from '../../kernel/errors/error-tables';
import { insufficientAuthentication, insufficientScope } from '../../kernel/http/callers/bearer-challenge';
import { setTokenRevalidator } from '../../kernel/http/callers/token-revalidator';
import { labeledCall } from '../../kernel/http/callers/labeled-call';
import { setCallContext } from '../../kernel/http/request-state';
import { bearerToken, type RouteAccess, routeAccess } from '../../kernel/http/routes/route-access';
import type { Clock } from '../../kernel/time/clock';
import type { ClientsPort } from '../../modules/apps/contract/clients.port';
import { missingScopeMessage } from '../../modules/apps/contract/missing-scope';
import { SYSTEM_LOG } from '../../modules/audit/contract/audit.types';
import { type AccessTokenClaims, ACR_TWO_FACTORS, undecided } from '../../modules/oauth/contract/access-token.types';
import type { AccessTokensPort } from '../../modules/oauth/contract/access-tokens.port';
import type { RevocationsPort } from '../../modules/revocation/contract/revocations.port';
import type { AllowedOrigins } from '../http/allowed-origins';
import { invalidToken, missingToken } from '../http/bearer-refusals';
import { apiKeyHeader } from '../http/api-key-header';
import { contextOfClaims, hasScope } from '../http/claims-context';
import { anonymousContext, type Denials } from '../http/denials';
import { revalidation } from '../http/revalidation';

const PLATFORM = 'platform.admin';

/**
 * Authorizes administrators (rest.md §4). The installation's service token acts in the tenant that `?tenant=` or the path names. An
 * access token with the route's scope acts in its own tenant, or in any tenant with `platform.admin`. An API key is accepted in the same
 * way as such a token, as a bearer token or in `X-API-Key`.
 */
@Injectable()
export class AdminGuard implements CanActivate {
  private readonly serviceToken: ExpectedSecret;

  constructor(
    serviceToken: Secret,
    private readonly tokens: AccessTokensPort,
    private readonly revocations: RevocationsPort,
    private readonly tenants: TenantNames,
    private readonly denials: Denials,
    private readonly clock: Clock,
    private readonly origins: AllowedOrigins,
    private readonly clients: ClientsPort,
  ) {
    this.serviceToken = new ExpectedSecret(serviceToken);
  }

  async canActivate(host: ExecutionContext): Promise<boolean> {
    const access = routeAccess(host);
    if (access === 'public') return true;
    const request = host.switchToHttp().getRequest<Request>();
    const caller = { context: anonymousContext(request) };
    try {
      setCallContext(request, labeledCall(request, await this.admit(request, access, caller)));
      return true;
    } catch (thrown) {
      if (thrown instanceof AppError && HTTP_STATUS[thrown.code] < 500) {
        const error = await this.denials.refuse({ context: caller.context, access, error: thrown });
        throw asDenial(error, access);
      }
      throw thrown;
    }
  }

  /** @param caller receives the verified context as soon as it is known, so that a refusal is recorded for that caller. */
  private async admit(request: Request, access: RouteAccess, caller: { context: CallContext }): Promise<CallContext> {
    const anonymous = caller.context;
    const token = bearerToken(request) ?? apiKeyHeader(request);
    if (token === null) throw missingToken('Send an admin token or the service token: Authorization: Bearer …');
    if (this.serviceToken.equals(token)) {
      setTokenRevalidator(request, () => Promise.resolve(true));
      const installation: CallContext = {
        ...anonymous,
        actor: { type: 'system', id: 'control-plane-token' },
        isPlatformAdmin: true,
      };
      caller.context = installation;
      await this.checkOrigin(request, installation);
      if (access.scope === PLATFORM) return this.forPlatform(installation, request, access);
      const named = namedTenant(request, access);
      if (named === null && access.tenantInBody === true) return installation;
      return this.forTenant(installation, named, access);
    }
    const claims = await this.verify(token);
    const bearer = contextOfClaims(anonymous, claims);
    setTokenRevalidator(
      request,
      async () =>
        (await this.tokens.verifyForIssuer(token)).valid && (await this.origins.refusal(request, bearer)) === null,
    );
    const context = { ...bearer, revalidate: revalidation(this.revocations, bearer, this.clock.nowMs()) };
    caller.context = context;
    await this.checkOrigin(request, context);
    const { scope } = access;
    if (scope !== '' && !hasScope(claims, scope)) {
      throw insufficientScope(scope, await missingScopeMessage(scope, context, this.clients));
    }
    if (access.stepUpSeconds !== undefined && !this.isSteppedUp(claims, access.stepUpSeconds)) {
      throw insufficientAuthentication(ACR_TWO_FACTORS, access.stepUpSeconds);
    }
    if (access.scope === PLATFORM) return this.forPlatform(context, request, access);
    const named = namedTenant(request, access);
    if (named === null || named === claims.tenant_id || named === claims.tenant_slug) return context;
    if (!hasScope(claims, PLATFORM)) throw new AppError('not_found', 'There is no such tenant.');
    return this.forTenant(context, named, access);
  }

  /** Returns whether the user of a token signed in with two factors recently; true for a token without a user. */
  private isSteppedUp({ user_id, acr, auth_time = 0 }: AccessTokenClaims, maxAgeSeconds: number): boolean {
    if (user_id === undefined) return true;
    return acr === ACR_TWO_FACTORS && this.clock.nowMs() / 1000 - auth_time <= maxAgeSeconds;
  }

  private async checkOrigin(request: Request, context: CallContext): Promise<void> {
    const error = await this.origins.refusal(request, context);
    if (error !== null) throw error;
  }

  private async verify(token: string): Promise<AccessTokenClaims> {
    const verdict = await this.tokens.verifyForIssuer(token);
    if (verdict.valid) return verdict.claims;
    if (verdict.refusal === 'unavailable') throw undecided(verdict);
    throw invalidToken(verdict.refusal);
  }

  /**
   * Returns the context of a platform call. It has no tenant unless the path names one: actions on a tenant are written to that
   * tenant's log. A missing tenant has no log, so the call is recorded for the platform.
   */
  private async forPlatform(context: CallContext, request: Request, access: RouteAccess): Promise<CallContext> {
    const named = access.tenantParam === undefined ? null : namedTenant(request, access);
    return { ...context, tenantId: named === null ? null : await this.tenants.idOf(named) };
  }

  private async forTenant(context: CallContext, named: string | null, access: RouteAccess): Promise<CallContext> {
    if (access.hasSystemLog === true && named === SYSTEM_LOG) return { ...context, tenantId: null };
    if (named === null) {
      throw new AppError('invalid_request', 'Name the tenant: ?tenant=<id or slug>.', {
        fields: [{ pointer: '/tenant', code: 'missing', message: 'The service token belongs to no tenant.' }],
      });
    }
    const tenantId = await this.tenants.idOf(named);
    if (tenantId === null) throw new AppError('not_found', 'There is no such tenant.');
    return { ...context, tenantId };
  }
}

/** Converts a refusal to the route's denial, if the route has one. */
function asDenial(error: AppError, { denial }: RouteAccess): AppError {
  const isOfCaller = HTTP_STATUS[error.code] === 401 || HTTP_STATUS[error.code] === 403;
  if (denial === undefined || !isOfCaller) return error;
  return new AppError(error.code, error.message, { denial: denial(error.message) });
}

function namedTenant(request: Request, { tenantParam }: RouteAccess): string | null {
  // A tenant in the path takes precedence.
  const tenant = tenantParam === undefined ? request.query['tenant'] : request.params[tenantParam];
  return typeof tenant === 'string' && tenant !== '' ? tenant : null;
}
