import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError, outage, outageOf } from '../../kernel/errors/app-error';
import { isOutage, type Reason } from '../../kernel/errors/reason';
import { bearerChallenge, insufficientScope } from '../../kernel/http/bearer-challenge';
import { setCallerStanding } from '../../kernel/http/caller-standing';
import { keyedContext } from '../../kernel/http/idempotency-key';
import { setCallContext } from '../../kernel/http/request-state';
import type { SignedCalls } from '../../kernel/http/signed-calls';
import { bearerToken, type RouteAccess, routeAccess } from '../../kernel/http/route-access';
import { outageTrail } from '../../kernel/telemetry/outage-trail';
import type { Clock } from '../../kernel/time/clock';
import { type AuthorizeVerdict, type AuthPort } from '../../modules/auth/contract/auth.port';
import type { FileProjectsPort } from '../../modules/files/contract/file-projects.port';
import {
  type AccessTokenClaims,
  isForTheIssuer,
  REFUSAL_WORDS,
  type TokenRefusal,
  undecided,
} from '../../modules/oauth/contract/access-token.types';
import type { ProjectAccessPort, ProjectRole } from '../../modules/projects/contract/project-access.port';
import type { RevocationsPort } from '../../modules/revocation/contract/revocations.port';
import { contextOfClaims } from '../http/claims-context';
import { anonymousContext, type Denials } from '../http/denials';
import { nameResource, resourceOf } from '../http/resource-of';
import { revalidation } from '../http/revalidation';
import type { RequestLimits } from './request-limits';

/** A denial with its machine-readable reason for the audit log. */
class Denied extends Error {
  constructor(
    readonly error: AppError,
    readonly reason: Reason,
    readonly context: CallContext,
  ) {
    super(reason);
  }
}

/**
 * The pipeline before the handler, in its fixed order (rest.md §1): bearer token → ValidateToken (401) → Authorize by
 * scope and policy (403) → CheckRateLimit by tenant and client (429). A
 * decision that cannot be had is 503 with its reason, never a pass. A route without access metadata is refused.
 */
@Injectable()
export class PipelineGuard implements CanActivate {
  constructor(
    private readonly auth: AuthPort,
    private readonly projects: ProjectAccessPort,
    private readonly limits: RequestLimits,
    private readonly denials: Denials,
    private readonly clock: Clock,
    private readonly signed: SignedCalls,
    private readonly files: FileProjectsPort,
    private readonly revocations: RevocationsPort,
    private readonly issuer: string,
  ) {}

  async canActivate(host: ExecutionContext): Promise<boolean> {
    const access = routeAccess(host);
    if (access === 'public') return true;
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    try {
      const context = await this.admit(request, access);
      await this.limits.admit(request, http.getResponse<Response>(), access, context);
      setCallContext(request, keyedContext(request, context));
      return true;
    } catch (thrown) {
      const reason = outageOf(thrown instanceof Denied ? thrown.error : thrown);
      if (reason !== null) outageTrail.denied(`pipeline/${access.action}`, reason);
      if (!(thrown instanceof Denied)) throw thrown;
      const { context, reason: why, error } = thrown;
      throw await this.denials.refuse({ context, access, reason: why, error });
    }
  }

  private async admit(request: Request, access: RouteAccess): Promise<CallContext> {
    const anonymous = anonymousContext(request);
    if (access.isSigned === true) return this.admitSigned(request, anonymous);
    if (access.ofResource !== undefined) assertOwnOrigin(request, this.issuer, anonymous);
    const token = bearerToken(request);
    const claims = await this.validateToken(token, anonymous, access);
    setCallerStanding(request, async () => (await this.validate(token ?? '', anonymous, access)).valid);
    const bearer = contextOfClaims(anonymous, claims);
    const context = { ...bearer, revalidate: revalidation(this.revocations, bearer, this.clock.nowMs()) };
    return this.authorize(request, access, token ?? '', context);
  }

  /** The policy has judged the signer when the URL was signed; what has ended them since ends it. */
  private admitSigned(request: Request, anonymous: CallContext): CallContext {
    const { signature } = request.query;
    const admission = this.signed.admit(anonymous, request.method, typeof signature === 'string' ? signature : '');
    if ('refusal' in admission) {
      const { refusal: reason, words } = admission;
      throw new Denied(
        new AppError('forbidden', words, { headers: bearerChallenge(), reason }),
        reason,
        admission.context,
      );
    }
    nameResource(request, admission.resource);
    return admission.context;
  }

  /**
   * Rego over claims, action and resource, after the scope that the route asks for.
   * @returns the context, which tells from here on by which revision of the policy the call was let in.
   */
  private async authorize(
    request: Request,
    access: RouteAccess,
    token: string,
    context: CallContext,
  ): Promise<CallContext> {
    const { scope, action, asks, resourceType, isOwn } = access;
    const id = resourceOf(request);
    const query = {
      principal: { token, tenant: context.tenantId, expectedAudience: this.audienceOf(access) },
      action: asks ?? action,
      resource: id === '' ? resourceType : `${resourceType}/${id}`,
      context: {
        method: request.method,
        ip: context.ip,
        ...(isOwn?.(request.params) === true ? { resource_owner: context.actor.id } : {}),
        ...(await this.projectOf(request, access, context)),
      },
      requiredScope: scope,
    };
    const verdict = await this.auth.authorize(context, query, { callerRecordsDenials: true });
    const { resource } = query;
    const act = { action: query.action, resource };
    const decided = { ...context, policyRevision: verdict.policyRevision ?? null, decided: act };
    if (!verdict.allowed) throw refusal(verdict, scope, decided);
    return decided;
  }

  /** What a person is in the project that the call is about; nothing for what is not said of a person, or of a project. */
  private async projectOf(
    request: Request,
    { projectParam, mayBeOfProject }: RouteAccess,
    { actor, tenantId }: CallContext,
  ): Promise<{ readonly project?: { readonly id: string; readonly role: ProjectRole } }> {
    if (actor.type !== 'user' || tenantId === null) return {};
    const { projectId } = request.query;
    const asked = typeof projectId === 'string' ? projectId : null;
    const named = projectParam === undefined ? null : request.params[projectParam];
    const id = mayBeOfProject === true ? await this.files.projectOf(tenantId, request.originalUrl, asked) : named;
    if (typeof id !== 'string') return {};
    const role = await this.projects.roleOf(tenantId, id, actor.id);
    return role === null ? {} : { project: { id, role } };
  }

  private async validateToken(
    token: string | null,
    anonymous: CallContext,
    access: RouteAccess,
  ): Promise<AccessTokenClaims> {
    const metadata = metadataOf(this.issuer, access.ofResource);
    if (token === null) {
      const error = new AppError('unauthorized', 'Send an access token: Authorization: Bearer …', {
        headers: bearerChallenge(metadata),
        reason: 'token_missing',
      });
      throw new Denied(error, 'token_missing', anonymous);
    }
    const verdict = await this.validate(token, anonymous, access);
    if (verdict.valid) {
      // Good for the company's own resources, and no pass to the platform's.
      const isForUs = access.ofResource !== undefined || isForTheIssuer(verdict.claims);
      if (!isForUs) throw invalidToken('token_wrong_audience', anonymous, metadata);
      return verdict.claims;
    }
    if (verdict.refusal === 'unavailable') throw undecided(verdict);
    throw invalidToken(verdict.refusal, anonymous, metadata);
  }

  private validate(token: string, anonymous: CallContext, access: RouteAccess): ReturnType<AuthPort['validateToken']> {
    return this.auth.validateToken(anonymous, { token, tenant: null, expectedAudience: this.audienceOf(access) });
  }

  /** The audience that a token must have for a route; `null`: the issuer's, which is compared here. */
  private audienceOf({ ofResource }: RouteAccess): string | null {
    return ofResource === undefined ? null : this.issuer + ofResource;
  }
}

type Refused = Extract<AuthorizeVerdict, { allowed: false }>;

function refusal(verdict: Refused, scope: string, context: CallContext): AppError | Denied {
  const { code, reason } = verdict;
  const said = reason === '' ? {} : { words: reason };
  if (code === 'unavailable') return outage(verdict.outage ?? 'sidecar_unavailable', said);
  // A policy that gives no decision: recorded, as it is the tenant's to see.
  if (isOutage(code)) return new Denied(outage(code, said), code, context);
  if (code === 'insufficient_scope') return new Denied(insufficientScope(scope), code, context);
  // Revoked, or expired, since it was judged.
  if (isTokenRefusal(code)) return invalidToken(code, context);
  const words = reason === '' ? 'The policy of this tenant does not allow this call.' : reason;
  return new Denied(new AppError('forbidden', words, { headers: bearerChallenge(), reason: code }), code, context);
}

function isTokenRefusal(code: Refused['code']): code is Exclude<TokenRefusal, 'unavailable'> {
  return Object.hasOwn(REFUSAL_WORDS, code);
}

/**
 * Refuses pages of other origins, which could reach an endpoint of the user's own network by DNS rebinding (Model Context Protocol,
 * "Streamable HTTP"). Errors: `forbidden`.
 */
function assertOwnOrigin({ headers: { origin } }: Request, issuer: string, context: CallContext): void {
  if (origin === undefined || origin === new URL(issuer).origin) return;
  const reason = 'origin_not_allowed';
  throw new Denied(
    new AppError('forbidden', 'Pages of another origin may not call this endpoint.', { reason }),
    reason,
    context,
  );
}

/** RFC 9728 §5.1: where a client finds out how it gets a token for a resource of its own. */
function metadataOf(issuer: string, ofResource: string | undefined): Readonly<Record<string, string>> {
  return ofResource === undefined
    ? {}
    : { resource_metadata: `${issuer}/.well-known/oauth-protected-resource${ofResource}` };
}

function invalidToken(
  refused: Exclude<TokenRefusal, 'unavailable'>,
  context: CallContext,
  metadata: Readonly<Record<string, string>> = {},
): Denied {
  const words = REFUSAL_WORDS[refused];
  const headers = bearerChallenge({ error: 'invalid_token', error_description: words, ...metadata });
  return new Denied(new AppError('unauthorized', words, { headers, reason: refused }), refused, context);
}
