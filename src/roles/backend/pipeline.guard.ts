import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError, outage, outageOf } from '../../kernel/errors/app-error';
import { isOutage } from '../../kernel/errors/reason';
import { bearerChallenge, insufficientScope } from '../../kernel/http/callers/bearer-challenge';
import { setTokenRevalidator } from '../../kernel/http/callers/token-revalidator';
import { labeledCall } from '../../kernel/http/callers/labeled-call';
import { setCallContext } from '../../kernel/http/request-state';
import type { SignedCalls } from '../../kernel/http/callers/signed-calls';
import { bearerToken, type RouteAccess, routeAccess } from '../../kernel/http/routes/route-access';
import { outageMetrics } from '../../kernel/telemetry/outage-metrics';
import type { Clock } from '../../kernel/time/clock';
import type { AdmissionPort, AdmissionQuery, ClaimedMembership } from '../../modules/auth/contract/admission.port';
import type { AuthorizeVerdict, AuthPort } from '../../modules/auth/contract/auth.port';
import type { FileProjectsPort } from '../../modules/files/contract/file-projects.port';
import { actorOfClaims, undecided } from '../../modules/oauth/contract/access-token.types';
import type { ProjectAccessPort } from '../../modules/projects/contract/project-access.port';
import type { RevocationsPort } from '../../modules/revocation/contract/revocations.port';
import type { AllowedOrigins } from '../http/allowed-origins';
import { invalidToken, missingToken } from '../http/bearer-refusals';
import { contextOfClaims } from '../http/claims-context';
import { anonymousContext, type Denials } from '../http/denials';
import { nameResource, resourceOf } from '../http/resource-of';
import { revalidation } from '../http/revalidation';
import { claimedPerson, isJwt, type Person } from './claimed-person';
import { type RequestLimits, routeOf } from './request-limits';

const SEND_TOKEN = 'Send an access token: Authorization: Bearer …';

/** A denial that is recorded for its caller. */
class Denied extends Error {
  constructor(
    readonly error: AppError,
    readonly context: CallContext,
  ) {
    super(error.message, { cause: error });
  }
}

/**
 * The pipeline before the handler, in its fixed order (rest.md §1): bearer token → ValidateToken (401) → Authorize by scope and
 * policy (403) → CheckRateLimit by tenant and client (429), all in one call. If no decision is available, the guard responds with
 * 503 and the reason; it never lets the call pass. It refuses a route without access metadata.
 */
@Injectable()
export class PipelineGuard implements CanActivate {
  constructor(
    private readonly admissions: AdmissionPort,
    private readonly auth: AuthPort,
    private readonly projects: ProjectAccessPort,
    private readonly limits: RequestLimits,
    private readonly denials: Denials,
    private readonly clock: Clock,
    private readonly signed: SignedCalls,
    private readonly files: FileProjectsPort,
    private readonly revocations: RevocationsPort,
    private readonly origins: AllowedOrigins,
    private readonly issuer: string,
  ) {}

  async canActivate(host: ExecutionContext): Promise<boolean> {
    const access = routeAccess(host);
    if (access === 'public') return true;
    const http = host.switchToHttp();
    const [request, response] = [http.getRequest<Request>(), http.getResponse<Response>()];
    try {
      const context =
        access.isSigned === true
          ? await this.admitSigned(request, response, access)
          : await this.admitBearer(request, response, access);
      setCallContext(request, labeledCall(request, context));
      return true;
    } catch (thrown) {
      const reason = outageOf(thrown instanceof Denied ? thrown.error : thrown);
      if (reason !== null) outageMetrics.denied(`pipeline/${access.action}`, reason);
      if (!(thrown instanceof Denied)) throw thrown;
      const { context, error } = thrown;
      throw await this.denials.refuse({ context, access, error });
    }
  }

  /** @returns the context, which from here on contains the policy revision that admitted the call. */
  private async admitBearer(request: Request, response: Response, access: RouteAccess): Promise<CallContext> {
    const anonymous = anonymousContext(request);
    if (access.ofResource !== undefined) refuse(await this.origins.refusalOfStranger(request), anonymous);
    const metadata = metadataOf(this.issuer, access.ofResource);
    const token = bearerToken(request);
    if (token === null) throw new Denied(missingToken(SEND_TOKEN, metadata), anonymous);
    const query = await this.queryOf(request, access, token, anonymous);
    const { token: verdict, decision, limit, aggregatesReads = false } = await this.admissions.admit(anonymous, query);
    if (!verdict.valid) {
      if (verdict.refusal === 'unavailable') throw undecided(verdict);
      throw new Denied(invalidToken(verdict.refusal, metadata), anonymous);
    }
    const bearer = contextOfClaims(anonymous, verdict.claims);
    setTokenRevalidator(
      request,
      async () =>
        (await this.validate(token, anonymous, access)).valid && (await this.origins.refusal(request, bearer)) === null,
    );
    const decided = {
      ...bearer,
      revalidate: revalidation(this.revocations, bearer, this.clock.nowMs()),
      policyRevision: decision?.policyRevision ?? null,
      aggregatesReads,
      decided: { action: query.action, resource: query.resource },
    };
    refuse(await this.origins.refusal(request, bearer), bearer);
    if (decision?.allowed === false) throw refusalOf(decision, access.scope, decided);
    if (decision === null || limit === null) throw outage('sidecar_unavailable');
    await this.limits.enforce(response, access, decided, limit);
    return decided;
  }

  private async queryOf(
    request: Request,
    access: RouteAccess,
    token: string,
    anonymous: CallContext,
  ): Promise<AdmissionQuery> {
    const { scope, action, asks, resourceType, isOwn } = access;
    const id = resourceOf(request);
    return {
      token,
      audience: this.audienceOf(access),
      requiredScope: scope,
      action: asks ?? action,
      resource: id === '' ? resourceType : `${resourceType}/${id}`,
      context: { method: request.method, ip: anonymous.ip },
      isOwn: isOwn?.(request.params) === true,
      membership: await this.membershipOf(request, access, token, anonymous),
      route: routeOf(request),
    };
  }

  /** Admits a signed URL. The policy judged the signer at signing time; a later loss of that authority invalidates the URL. */
  private async admitSigned(request: Request, response: Response, access: RouteAccess): Promise<CallContext> {
    const { signature } = request.query;
    const text = typeof signature === 'string' ? signature : '';
    const admission = this.signed.admit(anonymousContext(request), request.method, text);
    if ('refusal' in admission) {
      const { refusal: reason, words, context } = admission;
      throw new Denied(new AppError('forbidden', words, { headers: bearerChallenge(), reason }), context);
    }
    nameResource(request, admission.resource);
    await this.limits.count(request, response, access, admission.context);
    return admission.context;
  }

  /**
   * Returns the role of the token's user in the project of the call. The token itself is verified later, together with the policy
   * decision. Only an API key is verified first, because it does not name a user.
   */
  private async membershipOf(
    request: Request,
    access: RouteAccess,
    token: string,
    anonymous: CallContext,
  ): Promise<ClaimedMembership | null> {
    const { projectParam, mayBeOfProject } = access;
    if (projectParam === undefined && mayBeOfProject !== true) return null;
    const person = isJwt(token) ? claimedPerson(token, this.issuer) : await this.personOf(token, anonymous, access);
    if (person === null) return null;
    const { tenantId, userId } = person;
    const { projectId } = request.query;
    const asked = typeof projectId === 'string' ? projectId : null;
    const named = projectParam === undefined ? null : request.params[projectParam];
    const id = mayBeOfProject === true ? await this.files.projectOf(tenantId, request.originalUrl, asked) : named;
    if (typeof id !== 'string') return null;
    const role = await this.projects.roleOf(tenantId, id, userId);
    return role === null ? null : { tenantId, userId, project: { id, role } };
  }

  private async personOf(token: string, anonymous: CallContext, access: RouteAccess): Promise<Person | null> {
    const verdict = await this.validate(token, anonymous, access);
    if (!verdict.valid) return null;
    const actor = actorOfClaims(verdict.claims);
    return actor.type === 'user' ? { tenantId: verdict.claims.tenant_id, userId: actor.id } : null;
  }

  private validate(token: string, anonymous: CallContext, access: RouteAccess): ReturnType<AuthPort['validateToken']> {
    return this.auth.validateToken(anonymous, { token, tenant: null, expectedAudience: this.audienceOf(access) });
  }

  /** Returns the audience that a token must have for a route; `null` for the issuer's audience. */
  private audienceOf({ ofResource }: RouteAccess): string | null {
    return ofResource === undefined ? null : this.issuer + ofResource;
  }
}

type Refused = Extract<AuthorizeVerdict, { allowed: false }>;

/** Throws the refusal of a page's origin, if there is one. */
function refuse(error: AppError | null, context: CallContext): void {
  if (error !== null) throw new Denied(error, context);
}

function refusalOf({ code, reason, outage: cause }: Refused, scope: string, context: CallContext): AppError | Denied {
  const said = reason === '' ? {} : { message: reason };
  if (code === 'unavailable') return outage(cause ?? 'sidecar_unavailable', said);
  // A policy that does not make a decision is recorded, because the tenant is responsible for it.
  if (isOutage(code)) return new Denied(outage(code, said), context);
  if (code === 'insufficient_scope') return new Denied(insufficientScope(scope, reason), context);
  const words = reason === '' ? 'The policy of this tenant does not allow this call.' : reason;
  return new Denied(new AppError('forbidden', words, { headers: bearerChallenge(), reason: code }), context);
}

/** Returns the address where a client learns how to get a token for a resource that has its own audience (RFC 9728 §5.1). */
function metadataOf(issuer: string, ofResource: string | undefined): Readonly<Record<string, string>> {
  return ofResource === undefined
    ? {}
    : { resource_metadata: `${issuer}/.well-known/oauth-protected-resource${ofResource}` };
}
