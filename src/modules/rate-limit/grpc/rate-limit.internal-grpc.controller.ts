import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { CallContext } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import type {
  CheckLimitRequest,
  CheckLimitResponse,
  ReleaseLeaseRequest,
  ReleaseLeaseResponse,
  ResetKeyRequest,
  ResetKeyResponse,
} from '../../../kernel/grpc/generated/cpod/internal/v1/ratelimit';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { isMalformed, type Malformed, malformedError } from '../../../kernel/grpc/malformed';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { RateLimitPort } from '../contract/rate-limit.port';
import { toDecisionMessage } from '../contract/decision-message';
import { fromInternalRequest } from './check-message';

type Asked<Request> = Request | Malformed;

/** `cpod.internal.v1.RateLimitInternalService`: the rate limit port for the other processes of the installation. */
@Controller()
export class RateLimitInternalGrpcController {
  constructor(
    private readonly limits: RateLimitPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @GrpcMethod('RateLimitInternalService', 'CheckLimit')
  async checkLimit(request: Asked<CheckLimitRequest>, metadata: Metadata): Promise<CheckLimitResponse> {
    const [asked, context, tenantId] = await this.admit(request, metadata);
    return toDecisionMessage(await this.limits.check(context, fromInternalRequest(asked, tenantId)));
  }

  @GrpcMethod('RateLimitInternalService', 'ReleaseLease')
  async releaseLease(request: Asked<ReleaseLeaseRequest>, metadata: Metadata): Promise<ReleaseLeaseResponse> {
    const [asked, context, tenantId] = await this.admit(request, metadata);
    await this.limits.release(context, tenantId, asked.lease);
    return {};
  }

  @GrpcMethod('RateLimitInternalService', 'ResetKey')
  async resetKey(request: Asked<ResetKeyRequest>, metadata: Metadata): Promise<ResetKeyResponse> {
    const [asked, context, tenantId] = await this.admit(request, metadata);
    await this.limits.reset(context, tenantId, asked.key);
    return {};
  }

  private async admit<Request extends { readonly tenantId: string }>(
    request: Asked<Request>,
    metadata: Metadata,
  ): Promise<readonly [Request, CallContext, string]> {
    if (isMalformed(request)) throw malformedError(request, 'rate limit');
    const caller = this.callers.require(metadata);
    const tenantId = await namedTenant(this.tenants, caller, request.tenantId);
    return [request, grpcContext(metadata, caller, tenantId), tenantId];
  }
}
