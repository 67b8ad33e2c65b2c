import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { throwProblem } from '../../../kernel/grpc/problem-transfer';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import type { ProveRequest, ProveResponse } from '../../../kernel/grpc/generated/cpod/internal/v1/audit';
import type { AuditInclusionPort } from '../contract/audit-proofs.port';
import type { InclusionProof } from '../contract/audit-proofs.types';

/** Gets inclusion proofs from the sidecar. */
@Injectable()
export class AuditProofsGrpcClient implements AuditInclusionPort {
  constructor(private readonly channel: GrpcChannel) {}

  async inclusion(context: CallContext, id: string): Promise<InclusionProof> {
    const request: ProveRequest = { tenantId: requireTenant(context), id };
    const { proof, record, problem, ...same } = await this.channel.unary<object, ProveResponse>(
      'cpod.internal.v1.AuditInternalService',
      'Prove',
      request,
      context,
    );
    throwProblem(problem);
    return { ...same, proof: [...proof], record: record === '' ? null : record };
  }
}
