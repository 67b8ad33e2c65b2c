import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { TenantNames } from '../../../kernel/context/tenant-names';
import type { WaitedCall } from '../../../kernel/grpc/call-over';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type {
  AuthorizePrincipalAnswer,
  AuthorizePrincipalRequest,
} from '../../../kernel/grpc/generated/cpod/internal/v1/auth';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { assertSpeaksFor } from '../../../kernel/grpc/named-tenant';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { AuthPort } from '../contract/auth.port';
import { actOfMessage, principalOfMessage, refusedPrincipal, toAuthorizePrincipalAnswer } from './principal-message';

/** `cpod.internal.v1.AuthInternalService`: decisions about stored work, for processes that run it. */
@Controller()
export class AuthInternalGrpcController {
  constructor(
    private readonly auth: AuthPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @DecisionRpc('AuthInternalService', 'AuthorizePrincipal', refusedPrincipal)
  async authorizePrincipal(
    request: AuthorizePrincipalRequest,
    metadata: Metadata,
    call: WaitedCall,
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
