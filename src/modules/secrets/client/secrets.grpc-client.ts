import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { toCallerContext } from '../../../kernel/grpc/caller-context';
import { throwProblem } from '../../../kernel/grpc/problem-transfer';
import type { ResolveAnswer } from '../../../kernel/grpc/generated/cpod/internal/v1/secrets';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import type { Resolution, ResolveOrder, SecretPrincipal } from '../contract/resolution.types';
import type { SecretsPort } from '../contract/secrets.port';
import { fromResolveAnswer, toResolveRequest } from '../grpc/resolution-message';

const SERVICE = 'cpod.internal.v1.SecretsInternalService';

/** Resolves secrets through the sidecar. */
@Injectable()
export class SecretsGrpcClient implements SecretsPort {
  constructor(private readonly channel: GrpcChannel) {}

  async resolve(context: CallContext, principal: SecretPrincipal, order: ResolveOrder): Promise<Resolution> {
    const request = { caller: toCallerContext(context), ...toResolveRequest(principal, order) };
    const answer = await this.channel.unary<object, ResolveAnswer>(SERVICE, 'Resolve', request, context);
    throwProblem(answer.error);
    return fromResolveAnswer(answer);
  }
}
