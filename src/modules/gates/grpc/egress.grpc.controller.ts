import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type { CheckEgressRequest, CheckEgressResponse } from '../../../kernel/grpc/generated/cpod/clients/v1/egress';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { EgressPort } from '../contract/egress.port';

const MAX_NAME_CHARS = 128;

/** `coresdk.v1.EgressService`, which published clients call before they fetch a URL. */
@Controller()
export class EgressGrpcController {
  constructor(
    private readonly egress: EgressPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @DecisionRpc('EgressService', 'CheckEgress', ({ code, message }) => ({
    allowed: false,
    reason: egressReason(code, message),
  }))
  async checkEgress(
    request: CheckEgressRequest,
    metadata: Metadata,
    call: ServerUnaryCall<CheckEgressRequest, CheckEgressResponse>,
  ): Promise<CheckEgressResponse> {
    const caller = this.callers.require(metadata);
    const tenantId = await namedTenant(this.tenants, caller, request.tenantId);
    const serviceName = (request.serviceName === '' ? caller.name : request.serviceName).slice(0, MAX_NAME_CHARS);
    const context = grpcContext(metadata, caller, tenantId, call);
    const verdict = await this.egress.check(context, { tenantId, url: request.url, serviceName });
    return verdict.allowed
      ? { allowed: true, reason: '' }
      : { allowed: false, reason: egressReason(verdict.code, verdict.reason) };
  }
}

const MAX_CHARS = 200;

/**
 * Returns the reason for a refusal: a code, then a human-readable message. The reason is one short line of ASCII, because clients put it
 * into errors that are logged, and the message may come from a policy.
 */
function egressReason(code: string, message: string): string {
  const text = message === '' ? code : `${code}: ${message}`;
  return text.replaceAll(/[^\x20-\x7E]/g, '?').slice(0, MAX_CHARS);
}
