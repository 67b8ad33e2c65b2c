import type { Metadata } from '@grpc/grpc-js';
import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError, outage } from '../../../kernel/errors/app-error';
import type { CallerPrincipalsPb } from '../../../kernel/grpc/generated/coresdk/v1/secrets';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { AuthPort, outageOfVerdict } from '../../auth/contract/auth.port';
import { actorOfClaims, isForTheIssuer, REFUSAL_MESSAGES, undecided } from '../../oauth/contract/access-token.types';
import type { SecretPrincipal } from '../contract/resolution.types';
import { RESOLVE_ACCESS } from '../contract/resolve-access';

/** The verified caller of a gRPC request. */
export interface SecretIdentity {
  readonly context: CallContext;
  readonly principal: SecretPrincipal;
}

const MAX_ID_CHARS = 256;
const MAX_GROUPS = 1_000;

/**
 * Verifies the caller of `ResolveSecret`. If there is a token in `authorization`, only the token decides: it must be for this installation
 * and have the scope, and the tenant's policy must allow the call, as for `POST /v1/secrets/resolve`. Without a token, the caller must be
 * one of the installation's services, which can name the principal for which it acts (rest.md §4b). The fields in the message only narrow
 * the verified identity: any other name is refused.
 * Errors: `forbidden` for every mismatch, because the contract has no other code; `unavailable`.
 */
@Injectable()
export class SecretIdentities {
  constructor(
    private readonly auth: AuthPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  async of(named: CallerPrincipalsPb | null | undefined, metadata: Metadata): Promise<SecretIdentity> {
    if (!named || named.tenantId === '') throw new AppError('forbidden', 'caller.tenant_id is missing.');
    assertSize(named);
    const [token] = metadata.get('authorization');
    return typeof token === 'string' && token !== ''
      ? this.ofToken(named, metadata, token)
      : this.ofService(named, metadata);
  }

  private async ofToken(named: CallerPrincipalsPb, metadata: Metadata, token: string): Promise<SecretIdentity> {
    const query = { token, tenant: named.tenantId, expectedAudience: null };
    const verdict = await this.auth.validateToken(null, query);
    if (!verdict.valid) {
      if (verdict.refusal === 'unavailable') throw undecided(verdict);
      throw new AppError('forbidden', REFUSAL_MESSAGES[verdict.refusal], { reason: verdict.refusal });
    }
    const { claims } = verdict;
    // The token is valid for the company's own resources, but not for the platform's resources.
    if (!isForTheIssuer(claims)) throw new AppError('forbidden', REFUSAL_MESSAGES.token_wrong_audience);
    const { sub, client_id: clientId, user_id: userId = null, tenant_id: tenantId } = claims;
    if (!within(named.userId, [userId]) || !within(named.entityId, [sub])) {
      throw new AppError('forbidden', 'The message names a different identity than the token.');
    }
    const context = {
      ...grpcContext(metadata, { name: clientId, onlyTenant: null }, tenantId),
      actor: actorOfClaims(claims),
      appId: clientId,
    };
    await this.authorize(context, token, tenantId);
    const groups = named.groups.length === 0 ? null : named.groups;
    return { context, principal: { userId, clientId: userId === null ? clientId : null, groups, entityId: sub } };
  }

  /** Applies the REST route's rule: the scope first, then the policy. */
  private async authorize(context: CallContext, token: string, tenant: string): Promise<void> {
    const { scope: requiredScope, action, resourceType: resource } = RESOLVE_ACCESS;
    const query = { principal: { token, tenant }, action, resource, context: {}, requiredScope };
    const verdict = await this.auth.authorize(context, query);
    if (verdict.allowed) return;
    const reason = outageOfVerdict(verdict);
    if (reason !== null) throw outage(reason, { message: verdict.reason });
    throw new AppError(
      'forbidden',
      verdict.reason === '' ? 'The policy of this tenant does not allow this call.' : verdict.reason,
    );
  }

  private async ofService(named: CallerPrincipalsPb, metadata: Metadata): Promise<SecretIdentity> {
    const caller = serviceOrDenied(this.callers, metadata);
    const tenantId = await namedTenant(this.tenants, caller, named.tenantId).catch(asDenied);
    const { userId, groups, entityId } = named;
    if (userId === '' && groups.length === 0) {
      throw new AppError('forbidden', 'Set caller.user_id or caller.groups.');
    }
    const principal = {
      userId: userId === '' ? null : userId,
      clientId: null,
      groups: groups.length === 0 ? null : groups,
      entityId: entityId === '' ? null : entityId,
    };
    return { context: grpcContext(metadata, caller, tenantId), principal };
  }
}

function serviceOrDenied(callers: ServiceCallers, metadata: Metadata): ReturnType<ServiceCallers['require']> {
  try {
    return callers.require(metadata);
  } catch (error) {
    return asDenied(error);
  }
}

/** Converts an invalid identity to a denial. */
function asDenied(error: unknown): never {
  if (error instanceof AppError && (error.code === 'unauthorized' || error.code === 'not_found')) {
    throw new AppError('forbidden', error.message, { cause: error });
  }
  throw error;
}

function within(named: string, verified: readonly (string | null)[]): boolean {
  return named === '' || verified.includes(named);
}

function assertSize({ tenantId, userId, groups, entityId }: CallerPrincipalsPb): void {
  const tooLong = [tenantId, userId, entityId, ...groups.slice(0, MAX_GROUPS)].some((id) => id.length > MAX_ID_CHARS);
  if (tooLong || groups.length > MAX_GROUPS) throw new AppError('forbidden', 'caller exceeds the size limits.');
}
