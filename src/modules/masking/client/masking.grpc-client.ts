import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import type {
  DetokeniseResponse,
  MaskForTenantResponse,
} from '../../../kernel/grpc/generated/cpod/internal/v1/masking';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import type { MaskingPort } from '../contract/masking.port';
import type { Detokenised, MaskedText, MaskingOptions } from '../contract/masking.types';
import { toMaskingCaller, toMaskRequest } from '../grpc/masking-message';

const SERVICE = 'cpod.internal.v1.MaskingInternalService';
const faultCode = z.enum(['invalid_request', 'payload_too_large', 'unprocessable']).catch('invalid_request');

/** Masks a tenant's values through the sidecar. Values without a tenant are masked locally. */
@Injectable()
export class MaskingGrpcClient implements MaskingPort {
  constructor(private readonly channel: GrpcChannel) {}

  mask(context: CallContext, json: string, wish: MaskingOptions): Promise<MaskedText> {
    return this.run(context, json, true, wish);
  }

  maskString(context: CallContext, text: string, wish: MaskingOptions): Promise<MaskedText> {
    return this.run(context, text, false, wish);
  }

  async detokenise(context: CallContext, tokens: readonly string[]): Promise<readonly Detokenised[]> {
    const request = { caller: toMaskingCaller(context), tokens };
    const { values } = await this.channel.unary<object, DetokeniseResponse>(SERVICE, 'Detokenise', request, context);
    return tokens.map((token, index) => ({ token, value: values[index]?.known === true ? values[index].value : null }));
  }

  private async run(context: CallContext, value: string, json: boolean, wish: MaskingOptions): Promise<MaskedText> {
    const request = toMaskRequest(context, value, json, wish);
    const answer = await this.channel.unary<object, MaskForTenantResponse>(SERVICE, 'MaskForTenant', request, context);
    const { fault } = answer;
    if (fault) throw new AppError(faultCode.parse(fault.code), fault.message);
    return { text: answer.maskedValue, refusedPatterns: answer.refusedPatterns };
  }
}
