import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { CallContext } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError } from '../../../kernel/errors/app-error';
import type {
  DetokeniseRequest,
  DetokeniseResponse,
  MaskForTenantRequest,
  MaskForTenantResponse,
  MaskingCaller,
} from '../../../kernel/grpc/generated/cpod/internal/v1/masking';
import { GrpcCallerSignal } from '../../../kernel/grpc/grpc-caller-signal';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { isMalformed, type Malformed, malformedError } from '../../../kernel/grpc/malformed';
import { assertSpeaksFor } from '../../../kernel/grpc/named-tenant';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { MaskingPort } from '../contract/masking.port';
import { MASKING_LIMITS } from '../contract/masking.types';
import { fromMaskingCaller, fromMaskRequest } from './masking-message';

/** Error codes for faults in the request. They must reach the caller and must not count as an outage. */
const FAULTS: ReadonlySet<string> = new Set(['invalid_request', 'payload_too_large', 'unprocessable']);

/** `cpod.internal.v1.MaskingInternalService`: the masking port for the other processes of the installation. */
@Controller()
export class MaskingInternalGrpcController {
  constructor(
    private readonly masking: MaskingPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @GrpcMethod('MaskingInternalService', 'MaskForTenant')
  async maskForTenant(
    request: MaskForTenantRequest | Malformed,
    metadata: Metadata,
    call: ServerUnaryCall<unknown, unknown>,
  ): Promise<MaskForTenantResponse> {
    const checked = wellFormed(request);
    const context = await this.contextOf(metadata, checked.caller);
    const wish = fromMaskRequest(checked);
    const over = new GrpcCallerSignal(call).signal;
    try {
      const { text, refusedPatterns } = checked.json
        ? await this.masking.mask(context, checked.value, wish, over)
        : await this.masking.maskString(context, checked.value, wish, over);
      return { maskedValue: text, refusedPatterns, fault: null };
    } catch (error) {
      if (!(error instanceof AppError) || !FAULTS.has(error.code)) throw error;
      return { maskedValue: '', refusedPatterns: [], fault: { code: error.code, message: error.message } };
    }
  }

  @GrpcMethod('MaskingInternalService', 'Detokenise')
  async detokenise(request: DetokeniseRequest | Malformed, metadata: Metadata): Promise<DetokeniseResponse> {
    const { caller, tokens } = wellFormed(request);
    const context = await this.contextOf(metadata, caller);
    if (tokens.length > MASKING_LIMITS.maxTokens) throw new AppError('invalid_request', 'There are too many tokens.');
    const items = await this.masking.detokenise(context, tokens);
    return { values: items.map(({ value }) => ({ known: value !== null, value: value ?? '' })) };
  }

  private async contextOf(metadata: Metadata, caller: MaskingCaller | null | undefined): Promise<CallContext> {
    const service = this.callers.require(metadata);
    const context = fromMaskingCaller(grpcContext(metadata, service, null), caller);
    await assertSpeaksFor(this.tenants, service, context.tenantId);
    return context;
  }
}

function wellFormed<Request extends object>(request: Request | Malformed): Request {
  if (isMalformed(request)) throw malformedError(request, 'masking');
  return request;
}
