import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type {
  ValidatePlatformContextRequest,
  ValidatePlatformContextResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/auth';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { CONTEXT_REFUSAL_WORDS, PlatformContextPort } from '../contract/platform-context.port';

/** A caller that presents a signed context does not need any other credential. */
const BEARER = { name: 'bearer', onlyTenant: null };

function invalid(error: string): ValidatePlatformContextResponse {
  return { valid: false, permissions: [], error };
}

/**
 * `AuthService/ValidatePlatformContext`. The contract specifies INVALID_ARGUMENT for a tenant that differs from the one in the context.
 * This controller returns a normal response for every rejection, because published clients treat an error as an outage (wire contract
 * §2.6).
 */
@Controller()
export class PlatformContextGrpcController {
  constructor(private readonly contexts: PlatformContextPort) {}

  @DecisionRpc('AuthService', 'ValidatePlatformContext', ({ message }) => invalid(message))
  async validatePlatformContext(
    { rawContext: raw, tenantId: tenant, clientId }: ValidatePlatformContextRequest,
    metadata: Metadata,
  ): Promise<ValidatePlatformContextResponse> {
    const verdict = await this.contexts.validate(grpcContext(metadata, BEARER, null), { raw, tenant, clientId });
    if (!verdict.valid) return invalid(CONTEXT_REFUSAL_WORDS[verdict.refusal]);
    return { valid: true, permissions: [...verdict.permissions], error: '' };
  }
}
