import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { CallContext } from '../../context/call-context';
import { verifiedContext } from '../request-state';

/** What a route asks of its caller, and how the audit log names what it does. */
export interface RouteAccess {
  /** The scope that the caller's token must have; empty for any valid token. */
  readonly scope: string;
  /** Dotted audit action, such as `project.create`. */
  readonly action: string;
  readonly resourceType: string;
  /**
   * The action that the policy is asked about instead of `action`. For a read whose verb the policy does not know as one, and for
   * a body that names what is done: its handler asks about each of that.
   */
  readonly asks?: string;
  /**
   * Path parameter that names the tenant by id or slug, where a path does (`/api/v1/tenants/:id/policy`). The surface
   * takes the call's tenant from it, and refuses the caller another's.
   */
  readonly tenantParam?: string;
  /**
   * The body may name the tenant for the installation's service token, which belongs to none: without `?tenant=` the call
   * has no tenant then, and the handler must find one.
   */
  readonly tenantInBody?: boolean;
  /** Path parameter that names the project that a call is about: what the caller is in it counts in the policy's input. */
  readonly projectParam?: string;
  /**
   * Whether what these path parameters name belongs to whoever asks: the policy then hears of its caller as `resource_owner`.
   */
  readonly isOwn?: (params: Readonly<Record<string, unknown>>) => boolean;
  /** Whether what the path names may be of a project, as files are, so that what the caller is in that counts as well. */
  readonly mayBeOfProject?: boolean;
  /**
   * Path under the issuer by which the route is a resource of its own (RFC 8707): it takes tokens that are for it, and no others,
   * and answers no page of another origin.
   */
  readonly ofResource?: string;
  /**
   * Makes the body of a denial, which is answered with 200 instead of 401 or 403: existing clients of the route take those
   * for an outage and let people in (wire contract §4.1).
   */
  readonly denial?: (reason: string) => object;
  /** Whether a route by POST only reads or decides, and stages no event: its successful calls are recorded as those of GET are. */
  readonly isRead?: boolean;
  /**
   * Whether each successful read has a record of its own, also where the tenant has reads recorded in aggregate: the record is
   * what matters about reads of secrets, files and the audit log itself.
   */
  readonly isAlwaysRecorded?: boolean;
  /** Whether the caller comes by a signed URL instead of a token. */
  readonly isSigned?: boolean;
  /** Whether `?tenant=system` means the log of what belongs to no tenant, for callers of the platform. */
  readonly hasSystemLog?: boolean;
}

/** Metadata key of {@link RouteAccess}; a route without it is refused by every surface, and fails a test. */
export const ROUTE_ACCESS = 'coresdk:route-access';

/** Says who may call a route. Every route of a surface carries this or {@link PublicRoute}. */
export function Guarded(access: RouteAccess): MethodDecorator {
  return SetMetadata(ROUTE_ACCESS, access);
}

/** A route that authenticates by its own protocol (OAuth client authentication) or is meant for everyone. */
export function PublicRoute(): MethodDecorator {
  return SetMetadata(ROUTE_ACCESS, 'public');
}

/** The access of the route that is being called. Throws for a route without: nothing may be open by omission. */
export function routeAccess(host: ExecutionContext): RouteAccess | 'public' {
  const access = Reflect.getMetadata(ROUTE_ACCESS, host.getHandler()) as RouteAccess | 'public' | undefined;
  if (access) return access;
  throw new Error(`${host.getClass().name}.${host.getHandler().name} does not say who may call it.`);
}

/** The verified caller, as a parameter of a handler. */
export const Caller = createParamDecorator((_data: unknown, host: ExecutionContext): CallContext => {
  return verifiedContext(host.switchToHttp().getRequest<Request>());
});

/** The caller's bearer token, as a parameter of a handler; empty when there is none. */
export const BearerToken = createParamDecorator((_data: unknown, host: ExecutionContext): string => {
  return bearerToken(host.switchToHttp().getRequest<Request>()) ?? '';
});

/** The token of an `Authorization: Bearer` header (RFC 6750 §2.1); `null` without one, also for another scheme. */
export function bearerToken(request: Request): string | null {
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}
