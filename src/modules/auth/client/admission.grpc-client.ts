import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import type { AdmitRequest, AdmitResponse } from '../../../kernel/grpc/generated/cpod/internal/v1/auth';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import type { Admission, AdmissionPort, AdmissionQuery } from '../contract/admission.port';
import { fromAdmitResponse, toAdmitRequest } from '../grpc/admit-message';

const SERVICE = 'cpod.internal.v1.AuthInternalService';

/** Admission by the sidecar. An outage is an error (`unavailable`), never a pass. */
@Injectable()
export class AdmissionGrpcClient implements AdmissionPort {
  constructor(private readonly channel: GrpcChannel) {}

  async admit(context: CallContext, query: AdmissionQuery): Promise<Admission> {
    const request = toAdmitRequest(query);
    return fromAdmitResponse(await this.channel.unary<AdmitRequest, AdmitResponse>(SERVICE, 'Admit', request, context));
  }
}
