import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { TenantNames } from '../../../kernel/context/tenant-names';
import type { CancellableCall } from '../../../kernel/grpc/grpc-caller-signal';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type {
  AdmitRequest,
  AdmitResponse,
  AuthorizePrincipalAnswer,
  AuthorizePrincipalRequest,
} from '../../../kernel/grpc/generated/cpod/internal/v1/auth';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { assertSpeaksFor } from '../../../kernel/grpc/named-tenant';
import { ServiceCallers, tenantsOf } from '../../../kernel/grpc/service-caller';
import { AdmissionPort } from '../contract/admission.port';
import { AuthPort } from '../contract/auth.port';
import { fromAdmitRequest, refusedAdmission, toAdmitResponse } from './admit-message';
import { actOfMessage, principalOfMessage, refusedPrincipal, toAuthorizePrincipalAnswer } from './principal-message';

/** `cpod.internal.v1.AuthInternalService`: decisions about requests and stored work, for the other processes of
 * the installation. */
@Controller()
export class AuthInternalGrpcController {
  constructor(
    private readonly auth: AuthPort,
    private readonly admissions: AdmissionPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @DecisionRpc('AuthInternalService', 'Admit', refusedAdmission)
  async admit(request: AdmitRequest, metadata: Metadata, call: CancellableCall): Promise<AdmitResponse> {
    const caller = this.callers.require(metadata);
    const query = fromAdmitRequest(request);
    const context = grpcContext(metadata, caller, null, call);
    if (tenantsOf(caller) !== null) {
      const { token, audience: expectedAudience } = query;
      const verdict = await this.auth.validateToken(context, { token, tenant: null, expectedAudience });
      if (verdict.valid) await assertSpeaksFor(this.tenants, caller, verdict.claims.tenant_id);
    }
    return toAdmitResponse(await this.admissions.admit(context, query));
  }

  @DecisionRpc('AuthInternalService', 'AuthorizePrincipal', refusedPrincipal)
  async authorizePrincipal(
    request: AuthorizePrincipalRequest,
    metadata: Metadata,
    call: CancellableCall,
  ): Promise<AuthorizePrincipalAnswer> {
    const { tenantId, callerRecordsDenials } = request;
    const caller = this.callers.require(metadata);
    await assertSpeaksFor(this.tenants, caller, tenantId);
    const verdict = await this.auth.authorizePrincipal(
      grpcContext(metadata, caller, tenantId, call),
      principalOfMessage(request.principal),
      actOfMessage(request),
      { callerRecordsDenials },
    );
    return toAuthorizePrincipalAnswer(verdict);
  }
}
