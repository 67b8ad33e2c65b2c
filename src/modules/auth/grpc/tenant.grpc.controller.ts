import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type {
  ResolveTenantRequest,
  ResolveTenantResponse,
  ValidateIsolationRequest,
  ValidateIsolationResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/tenant';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { problem, problemOf } from '../../../kernel/grpc/problem';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import { AuthPort } from '../contract/auth.port';
import { problemOfRefusal } from './verdict-message';

const unresolved = (error: AppError): ResolveTenantResponse => ({ tenant: null, error: problemOf(error) });
const apart = (error: AppError): ValidateIsolationResponse => ({ isolated: false, error: problemOf(error) });

/**
 * `coresdk.v1.TenantService`. A token's tenant comes only from the token: a hint can restrict it but never widen it. Only services can ask
 * whether two tenants are the same, because the request names both.
 */
@Controller()
export class TenantGrpcController {
  constructor(
    private readonly auth: AuthPort,
    private readonly tenants: TenantsPort,
    private readonly names: TenantNames,
    private readonly callers: ServiceCallers,
  ) {}

  @DecisionRpc('TenantService', 'ResolveTenant', unresolved)
  async resolveTenant({ token, tenantHint }: ResolveTenantRequest): Promise<ResolveTenantResponse> {
    if (token === '')
      throw new AppError('unauthorized', 'token is missing; a tenant can only be resolved from a token.');
    const hint = tenantHint === '' ? null : tenantHint;
    const verdict = await this.auth.validateToken(null, { token, tenant: hint, expectedAudience: null });
    if (!verdict.valid) {
      return { tenant: null, error: problemOfRefusal(verdict) };
    }
    const { tenant_id: tenantId, roles } = verdict.claims;
    const tenant = await this.tenants.find(tenantId);
    if (tenant?.status !== 'active') throw new AppError('forbidden', 'The tenant is not active.');
    const attributes = { slug: tenant.slug, plan: tenant.plan };
    return { tenant: { tenantId: tenant.id, tenantName: tenant.name, roles: [...roles], attributes }, error: null };
  }

  @DecisionRpc('TenantService', 'ValidateIsolation', apart)
  async validateIsolation(
    { requestingTenantId, resourceTenantId }: ValidateIsolationRequest,
    metadata: Metadata,
  ): Promise<ValidateIsolationResponse> {
    const caller = this.callers.require(metadata);
    if (requestingTenantId === '' || resourceTenantId === '') {
      throw new AppError('invalid_request', 'requesting_tenant_id and resource_tenant_id are both required.');
    }
    const requesting = await namedTenant(this.names, caller, requestingTenantId);
    if ((await this.names.idOf(resourceTenantId)) === requesting) return { isolated: true, error: null };
    // The caller must not be able to distinguish a missing tenant from another tenant.
    const message = 'The resource does not belong to the requesting tenant.';
    return { isolated: false, error: problem('forbidden', message, 'tenant_mismatch') };
  }
}
