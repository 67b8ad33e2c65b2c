import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type {
  CheckRateLimitRequest,
  CheckRateLimitResponse,
  ResetRateLimitRequest,
  ResetRateLimitResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/ratelimit';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { CountingRateLimitPort } from '../contract/rate-limit.port';
import { queryOfKey, refusedCheck, toCheckResponse } from './check-message';

/** `coresdk.v1.RateLimitService`: counts calls for services, which name the tenant of the key. */
@Controller()
export class RateLimitGrpcController {
  constructor(
    private readonly limits: CountingRateLimitPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @DecisionRpc('RateLimitService', 'CheckRateLimit', refusedCheck)
  async checkRateLimit(request: CheckRateLimitRequest, metadata: Metadata): Promise<CheckRateLimitResponse> {
    const caller = this.callers.require(metadata);
    const tenantId = await namedTenant(this.tenants, caller, request.tenantId);
    const decided = this.limits.decide(queryOfKey(request, tenantId));
    return toCheckResponse(decided instanceof Promise ? await decided : decided);
  }

  @DecisionRpc('RateLimitService', 'ResetRateLimit', () => ({ success: false }))
  async resetRateLimit(request: ResetRateLimitRequest, metadata: Metadata): Promise<ResetRateLimitResponse> {
    const caller = this.callers.require(metadata);
    const tenantId = await namedTenant(this.tenants, caller, request.tenantId);
    await this.limits.reset(grpcContext(metadata, caller, tenantId), tenantId, request.key);
    return { success: true };
  }
}
