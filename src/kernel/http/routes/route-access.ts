import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { CallContext } from '../../context/call-context';
import { verifiedContext } from '../request-state';

/** The access rule of a route, and the name of its action in the audit log. */
export interface RouteAccess {
  /** The scope that the caller's token must have; empty for any valid token. */
  readonly scope: string;
  /** Dotted audit action, such as `project.create`. */
  readonly action: string;
  readonly resourceType: string;
  /**
   * The action that the policy sees instead of `action`. Use it for an action whose verb the policy does not recognize, and for a route
   * whose body names the actions: the handler then requests a decision on each action.
   */
  readonly asks?: string;
  /**
   * Path parameter that contains the tenant's id or slug, if the path has such a parameter (`/api/v1/tenants/:id/policy`). The surface
   * reads the call's tenant from it, and rejects a tenant other than the caller's.
   */
  readonly tenantParam?: string;
  /**
   * True if the body can name the tenant, for calls with the installation's service token, which does not belong to a tenant. Without
   * `?tenant=`, the tenant of such a call is not known in advance, and the handler must determine it.
   */
  readonly tenantInBody?: boolean;
  /** Path parameter that contains the project of a call. The caller's role in the project is part of the policy's input. */
  readonly projectParam?: string;
  /**
   * Returns true if these path parameters name a resource that belongs to the caller; the policy then sees the caller as `resource_owner`.
   */
  readonly isOwn?: (params: Readonly<Record<string, unknown>>) => boolean;
  /** True if the resource can belong to a project, as files can, so that the caller's role in that project counts as well. */
  readonly mayBeOfProject?: boolean;
  /**
   * Path under the issuer that makes the route its own resource (RFC 8707): it accepts only tokens for that resource, and rejects requests
   * from pages on other origins.
   */
  readonly ofResource?: string;
  /**
   * Creates the body of a denial, which is sent with 200 instead of 401 or 403: existing clients of the route treat a 401 or 403 as an
   * outage and grant access (wire contract §4.1).
   */
  readonly denial?: (reason: string) => object;
  /**
   * True if a POST route only reads data or makes a decision, and does not stage an event. Its successful calls are recorded in the same
   * way as calls to a GET route.
   */
  readonly isRead?: boolean;
  /**
   * True if the decision log records each successful call and the audit log records each denial, as for `PolicyService/Evaluate`. In that
   * case, no other record of a successful call is kept.
   */
  readonly isDecision?: boolean;
  /**
   * True if each successful read gets a separate record, even where the tenant records reads in aggregate. Use it for secrets, files and
   * the audit log itself, where a record of each read matters.
   */
  readonly isAlwaysRecorded?: boolean;
  /** True if the caller uses a signed URL instead of a token. */
  readonly isSigned?: boolean;
  /**
   * Set if a user must have signed in with two factors at most this many seconds ago (step-up, RFC 9470). A token without a user is not
   * affected.
   */
  readonly stepUpSeconds?: number;
  /** True if `?tenant=system` selects the log of events without a tenant, for platform callers. */
  readonly hasSystemLog?: boolean;
}

/** Metadata key for {@link RouteAccess}. Every surface rejects a route that does not have it, and a test fails for such a route. */
export const ROUTE_ACCESS = 'coresdk:route-access';

/** Declares which callers are allowed to use a route. Every route of a surface has this decorator or {@link PublicRoute}. */
export function Guarded(access: RouteAccess): MethodDecorator {
  return SetMetadata(ROUTE_ACCESS, access);
}

/** Marks a route that is public or that authenticates callers with its own protocol (OAuth client authentication). */
export function PublicRoute(): MethodDecorator {
  return SetMetadata(ROUTE_ACCESS, 'public');
}

/** Returns the access rule of the current route. Throws for a route without a rule, because no route may be public by omission. */
export function routeAccess(host: ExecutionContext): RouteAccess | 'public' {
  const access = Reflect.getMetadata(ROUTE_ACCESS, host.getHandler()) as RouteAccess | 'public' | undefined;
  if (access) return access;
  throw new Error(`${host.getClass().name}.${host.getHandler().name} does not declare its access rule.`);
}

/** The verified caller, as a handler parameter. */
export const Caller = createParamDecorator((_data: unknown, host: ExecutionContext): CallContext => {
  return verifiedContext(host.switchToHttp().getRequest<Request>());
});

/** The caller's bearer token, as a handler parameter; empty if there is no token. */
export const BearerToken = createParamDecorator((_data: unknown, host: ExecutionContext): string => {
  return bearerToken(host.switchToHttp().getRequest<Request>()) ?? '';
});

/** Returns the token of an `Authorization: Bearer` header (RFC 6750 §2.1); `null` if the header is missing or has a different scheme. */
export function bearerToken(request: Request): string | null {
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}
