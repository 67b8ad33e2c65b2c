import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { TenantNames } from '../../../kernel/context/tenant-names';
import type { CancellableCall } from '../../../kernel/grpc/grpc-caller-signal';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type {
  ValidateSamlAssertionRequest,
  ValidateSamlAssertionResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/auth';
import type { ProblemDetail } from '../../../kernel/grpc/generated/coresdk/v1/common';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { problem, problemOf } from '../../../kernel/grpc/problem';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { SAML_REFUSAL_WORDS, SamlPort } from '../contract/saml.port';

function invalid(error: ProblemDetail): ValidateSamlAssertionResponse {
  return { valid: false, userId: '', email: '', groups: [], attributesJson: '{}', error };
}

/**
 * `AuthService/ValidateSAMLAssertion`, for the installation's services. The caller names the tenant, and presenting a valid assertion uses
 * it up.
 */
@Controller()
export class SamlGrpcController {
  constructor(
    private readonly saml: SamlPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @DecisionRpc('AuthService', 'ValidateSAMLAssertion', (error) => invalid(problemOf(error)))
  async validateSamlAssertion(
    request: ValidateSamlAssertionRequest,
    metadata: Metadata,
    call: CancellableCall,
  ): Promise<ValidateSamlAssertionResponse> {
    const caller = this.callers.require(metadata);
    const tenantId = await namedTenant(this.tenants, caller, request.tenantId);
    const verdict = await this.saml.validate(grpcContext(metadata, caller, tenantId, call), {
      assertion: request.assertionB64,
      entityId: request.idpEntityId,
    });
    if (!verdict.valid) {
      return invalid(problem('unauthorized', SAML_REFUSAL_WORDS[verdict.refusal], verdict.refusal));
    }
    const { userId, email, groups, attributes } = verdict.user;
    return { valid: true, userId, email, groups: [...groups], attributesJson: JSON.stringify(attributes), error: null };
  }
}
