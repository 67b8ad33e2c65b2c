import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type {
  CheckEntitlementRequest,
  CheckEntitlementResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/license';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { knownTenant } from '../../../kernel/grpc/named-tenant';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { EntitlementsPort } from '../contract/entitlements.port';
import { refusedEntitlement, toEntitlementResponse } from './entitlement-message';

const MAX_KEY_CHARS = 1_024;

/** `coresdk.v1.LicenseService`: tenants' entitlements. Callers are services, which name the tenant. */
@Controller()
export class LicenseGrpcController {
  constructor(
    private readonly entitlements: EntitlementsPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @DecisionRpc('LicenseService', 'CheckEntitlement', refusedEntitlement)
  async checkEntitlement(request: CheckEntitlementRequest, metadata: Metadata): Promise<CheckEntitlementResponse> {
    const caller = this.callers.require(metadata);
    const { entitlementKey: key } = request;
    if (key === '') throw new AppError('invalid_request', 'entitlement_key is missing.');
    if (key.length > MAX_KEY_CHARS) throw new AppError('invalid_request', 'entitlement_key is too long.');
    // Also accepts a suspended tenant. In that case, the response is a denial with a specific reason.
    const tenantId = await knownTenant(this.tenants, caller, request.tenantId);
    const context = grpcContext(metadata, caller, tenantId);
    return toEntitlementResponse(await this.entitlements.check(context, tenantId, key));
  }
}
