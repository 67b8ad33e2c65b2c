import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { toCallerContext } from '../../../kernel/grpc/caller-context';
import { throwProblem } from '../../../kernel/grpc/problem-transfer';
import type { AuthorizeEgressAnswer } from '../../../kernel/grpc/generated/cpod/internal/v1/egress';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import type {
  EgressDenial,
  EgressPort,
  EgressQuery,
  EgressVerdict,
  PlatformEgressQuery,
} from '../contract/egress.port';

const SERVICE = 'cpod.internal.v1.EgressInternalService';

/** Requests decisions about URLs from the sidecar. */
@Injectable()
export class EgressGrpcClient implements EgressPort {
  constructor(private readonly channel: GrpcChannel) {}

  check(context: CallContext, query: EgressQuery): Promise<EgressVerdict> {
    return this.ask('CheckUrl', context, query, {});
  }

  authorize(context: CallContext, query: PlatformEgressQuery): Promise<EgressVerdict> {
    return this.ask('AuthorizeEgress', context, query, { mayBePrivate: query.mayBePrivate });
  }

  private async ask(
    method: string,
    context: CallContext,
    { tenantId, url, serviceName }: EgressQuery,
    more: object,
  ): Promise<EgressVerdict> {
    const caller = toCallerContext({ ...context, tenantId });
    const request = { caller, url, serviceName, ...more };
    const answer = await this.channel.unary<object, AuthorizeEgressAnswer>(SERVICE, method, request, context);
    throwProblem(answer.error);
    if (answer.allowed) return { allowed: true };
    const { code, reason, policyRevision } = answer;
    // The client and the sidecar are from the same build, so the port recognizes every code.
    const refused = { allowed: false, code: code as EgressDenial, reason } as const;
    return policyRevision === '' ? refused : { ...refused, policyRevision };
  }
}
