import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import type { ValueMask } from '../audit/contract/value-mask';
import { MaskingPort } from './contract/masking.port';

const AS_THE_TENANT_SAYS = {
  extraBlockedFields: [],
  extraPatterns: [],
  strategy: null,
  entityStrategies: {},
  fieldStrategies: {},
};

/** Masks recorded values through the masking module. */
@Injectable()
export class MaskedValues implements ValueMask {
  constructor(private readonly masking: MaskingPort) {}

  async mask(context: CallContext, value: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    if (Object.keys(value).length === 0) return {};
    const { text } = await this.masking.mask(context, JSON.stringify(value), AS_THE_TENANT_SAYS);
    return JSON.parse(text) as Record<string, unknown>;
  }
}
