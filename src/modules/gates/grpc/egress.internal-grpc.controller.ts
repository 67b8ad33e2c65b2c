import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { fromCallerContext } from '../../../kernel/grpc/caller-context';
import { toProblemDetail } from '../../../kernel/grpc/problem-transfer';
import type {
  AuthorizeEgressAnswer,
  AuthorizeEgressRequest,
  CheckUrlRequest,
} from '../../../kernel/grpc/generated/cpod/internal/v1/egress';
import { isMalformed, malformedError } from '../../../kernel/grpc/malformed';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { EgressPort, type EgressQuery, type EgressVerdict } from '../contract/egress.port';

/** `cpod.internal.v1.EgressInternalService`: the egress port for the other processes of the installation. */
@Controller()
export class EgressInternalGrpcController {
  constructor(
    private readonly egress: EgressPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @GrpcMethod('EgressInternalService', 'AuthorizeEgress')
  authorize(request: AuthorizeEgressRequest, metadata: Metadata): Promise<AuthorizeEgressAnswer> {
    return this.answer(request, metadata, (context, query) =>
      this.egress.authorize(context, { ...query, mayBePrivate: request.mayBePrivate }),
    );
  }

  @GrpcMethod('EgressInternalService', 'CheckUrl')
  check(request: CheckUrlRequest, metadata: Metadata): Promise<AuthorizeEgressAnswer> {
    return this.answer(request, metadata, (context, query) => this.egress.check(context, query));
  }

  /** Returns refusals and errors as responses; an unauthenticated caller gets a gRPC error. */
  private async answer(
    request: CheckUrlRequest,
    metadata: Metadata,
    decide: (context: CallContext, query: EgressQuery) => Promise<EgressVerdict>,
  ): Promise<AuthorizeEgressAnswer> {
    if (isMalformed(request)) throw malformedError(request, 'egress');
    const context = await fromCallerContext(request.caller, metadata, this.callers, this.tenants);
    const { url, serviceName } = request;
    try {
      const verdict = await decide(context, { tenantId: requireTenant(context), url, serviceName });
      if (verdict.allowed) return { allowed: true, code: '', reason: '', policyRevision: '', error: null };
      const { code, reason, policyRevision = '' } = verdict;
      return { allowed: false, code, reason, policyRevision, error: null };
    } catch (thrown) {
      return { allowed: false, code: '', reason: '', policyRevision: '', error: toProblemDetail(thrown) };
    }
  }
}
